import type { RunEvent } from "../run-event.ts";

interface KnownTask {
  /** In the order in which they were told. */
  readonly names: string[];
  /** How many of them came by once more. */
  passed: number;
  isDone: boolean;
}

/**
 * What a reader has been told of a run whose tasks record themselves, to be told the rest from another reading. That may have
 * the tasks in another order, as it knows more: so each task is compared for itself.
 */
export class KnownEvents {
  readonly #tasks = new Map<string, KnownTask>();
  readonly #others = new Set<string>();

  /** @param names - of the events that were told, in their order: see {@link eventName} */
  constructor(names: readonly string[]) {
    for (const name of names) {
      const [type = "", task] = name.split(" ");
      if (task === undefined) {
        this.#others.add(name);
        continue;
      }
      const known = this.#tasks.get(task) ?? { names: [], passed: 0, isDone: false };
      this.#tasks.set(task, known);
      known.names.push(name);
      known.isDone ||= type === "task-succeeded";
    }
  }

  /** Whether the reader has the next event of the other reading. */
  has(event: RunEvent): boolean {
    const name = eventName(event);
    if (!("task" in event)) return this.#others.has(name);
    const known = this.#tasks.get(String(event.task));
    if (known === undefined) return false;
    // Nothing of a task counts behind its commit, and little before it.
    if (known.isDone) return true;
    if (known.names[known.passed] === name) {
      known.passed += 1;
      return true;
    }
    // From here on the other reading tells it anew: a start begins its attempt afresh.
    this.#tasks.delete(String(event.task));
    return false;
  }
}

/** What tells the events of a task apart. */
export function eventName(event: RunEvent): string {
  if (!("task" in event)) return event.type;
  return `${event.type} ${event.task} ${"attempt" in event ? event.attempt : ""}`;
}
