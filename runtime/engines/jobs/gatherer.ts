import type { TaskSpec } from "../../task/task-spec.ts";

/** Tasks that become ready within this time are started together, where a service can do that. */
const GATHER_MS = 25;

export interface GathererOptions {
  readonly maxSize: number;
  /** The same value for attempts that may be started together. */
  kindOf(spec: TaskSpec): unknown;
  flush(specs: readonly TaskSpec[]): void;
}

/** Puts tasks of one step that start at about the same time together, so that they are one request. */
export class Gatherer {
  readonly #options: GathererOptions;
  readonly #waiting = new Map<number, TaskSpec>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: GathererOptions) {
    this.#options = options;
  }

  add(spec: TaskSpec): void {
    if (this.#options.maxSize === 1) return this.#options.flush([spec]);
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
    const { maxSize, kindOf, flush } = this.#options;
    const kinds = new Map<unknown, TaskSpec[]>();
    for (const spec of this.#waiting.values()) {
      const kind = kindOf(spec);
      const others = kinds.get(kind);
      if (others === undefined) kinds.set(kind, [spec]);
      else others.push(spec);
    }
    this.#waiting.clear();
    for (const specs of kinds.values())
      for (let at = 0; at < specs.length; at += maxSize) flush(specs.slice(at, at + maxSize));
  }
}
