import type { TaskSpec } from "../../task/task-spec.ts";

/** Tasks that become ready within this time are started together, where a service can do that. */
const GATHER_MS = 25;

/** Puts tasks of one step that start at about the same time together, so that they are one request. */
export class Gatherer {
  readonly #maxSize: number;
  readonly #flush: (specs: readonly TaskSpec[]) => void;
  readonly #waiting = new Map<number, TaskSpec>();
  #timer: NodeJS.Timeout | null = null;

  constructor(maxSize: number, flush: (specs: readonly TaskSpec[]) => void) {
    this.#maxSize = maxSize;
    this.#flush = flush;
  }

  add(spec: TaskSpec): void {
    if (this.#maxSize === 1) return this.#flush([spec]);
    this.#waiting.set(spec.task, spec);
    this.#timer ??= setTimeout(() => this.#send(), GATHER_MS);
  }

  /** False if it is on its way already. */
  remove(task: number): boolean {
    return this.#waiting.delete(task);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #send(): void {
    this.#timer = null;
    const steps = new Map<string, TaskSpec[]>();
    for (const spec of this.#waiting.values()) {
      const others = steps.get(spec.step);
      if (others === undefined) steps.set(spec.step, [spec]);
      else others.push(spec);
    }
    this.#waiting.clear();
    for (const specs of steps.values())
      for (let at = 0; at < specs.length; at += this.#maxSize) this.#flush(specs.slice(at, at + this.#maxSize));
  }
}
