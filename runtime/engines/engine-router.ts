import type { CloseOptions, ComputeBackend } from "./compute-backend.ts";
import type { StopReason } from "../task/stop-reason.ts";
import type { TaskSpec } from "../task/task-spec.ts";

/** Several engines as one: each step runs on its own. */
export class EngineRouter implements ComputeBackend {
  readonly name: string;
  readonly defaultLimit: number;
  readonly #backends: readonly ComputeBackend[];
  readonly #of: (step: string) => ComputeBackend;

  constructor(backends: readonly ComputeBackend[], of: (step: string) => ComputeBackend) {
    this.name = backends.map(({ name }) => name).join("+");
    this.defaultLimit = backends.reduce((sum, { defaultLimit }) => sum + defaultLimit, 0);
    this.#backends = backends;
    this.#of = of;
  }

  /** What another engine would take helps no task of this step. */
  ahead(step: string): number {
    return this.#of(step).ahead?.(step) ?? 0;
  }

  start(spec: TaskSpec): void {
    this.#of(spec.step).start(spec);
  }

  follow(spec: TaskSpec): boolean {
    return this.#of(spec.step).follow?.(spec) ?? false;
  }

  stop(task: number, reason: StopReason): void {
    // Who does not have it leaves it alone.
    for (const backend of this.#backends) backend.stop(task, reason);
  }

  async close(options?: CloseOptions): Promise<void> {
    await Promise.all(this.#backends.map((backend) => backend.close(options)));
  }
}
