import type { RunSecrets } from "../../secrets/run-secrets.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import type { PoolMember, ProcessPool } from "./process-pool.ts";
import type { ProcessKind } from "./process-kind.ts";
import { SwiftSteps } from "./swift-steps.ts";

export interface SwiftHoldersOptions {
  readonly pool: ProcessPool;
  readonly secrets: RunSecrets;
  /** Processes take one task, or share their places with other engines: none holds a second one. */
  readonly isOff: boolean;
}

/** A task that runs this long does not keep the one behind it waiting. */
const LONG_MS = 50;

/** The processes at short tasks, which are given the next one before they have ended the last. */
export class SwiftHolders {
  readonly #options: SwiftHoldersOptions;
  readonly #swift = new SwiftSteps();
  #recallTimer: NodeJS.Timeout | null = null;

  constructor(options: SwiftHoldersOptions) {
    this.#options = options;
  }

  /** @param ms - how long a task of the step took, just now */
  note(step: string, ms: number): void {
    this.#swift.note(step, ms);
  }

  /** How many there are. */
  get count(): number {
    if (this.#options.isOff) return 0;
    let count = 0;
    for (const member of this.#options.pool.members()) if (this.#isSwift(member)) count += 1;
    return count;
  }

  /** A process that is at a short task, and takes this one behind it. */
  for({ spec, kind }: { readonly spec: TaskSpec; readonly kind: ProcessKind }): PoolMember | undefined {
    if (spec.gang !== null || spec.attempt > 0 || !this.#swift.has(spec.step) || this.count === 0) return undefined;
    for (const member of this.#options.pool.members())
      if (member.worker.held.length === 1 && member.kind.key === kind.key && this.#isSwift(member)) return member;
    return undefined;
  }

  /** A task that was expected to be short, and is not, keeps no other waiting. */
  watch(): void {
    this.#recallTimer ??= setTimeout(() => {
      this.#recallTimer = null;
      for (const { worker } of this.#options.pool.members()) {
        const [current, next] = worker.held;
        if (current === undefined || next === undefined) continue;
        const ms = Date.now() - (current.beganAt ?? Infinity);
        if (ms < LONG_MS) this.watch();
        else {
          this.#swift.note(current.spec.step, ms);
          worker.recall(next);
        }
      }
    }, LONG_MS).unref();
  }

  /** Whoever knows the secrets of a step executes nothing else. */
  #isSwift({ worker, kind, state }: PoolMember): boolean {
    const current = worker.held[0];
    if (current === undefined || state !== "ready" || kind.gpus.length > 0) return false;
    const { step } = current.spec;
    return current.stopReason === null && this.#swift.has(step) && !this.#options.secrets.ofSteps.has(step);
  }
}
