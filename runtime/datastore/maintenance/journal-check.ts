import type { RunEvent, RunFinished, RunStarted } from "../run-event.ts";
import { TaskChanges } from "../reader/task-changes.ts";
import type { ResultLocator } from "../records.ts";

/** A result that a journal names. */
export interface NamedResult {
  readonly locator: ResultLocator;
  /** The task of this run that it stands for. */
  readonly step: string;
  readonly task: number;
}

/** Sees whether the lines of a journal can follow one another. */
export class JournalCheck {
  readonly results: NamedResult[] = [];
  readonly #changes = new TaskChanges();
  /** Of the flow; null where its record cannot be read. */
  readonly #known: ReadonlySet<string> | null;
  #count = 0;
  #isOver = false;

  constructor(steps: ReadonlySet<string> | null) {
    this.#known = steps;
  }

  /** @returns why this event cannot come here; null if it can */
  apply(event: RunEvent): string | null {
    this.#count += 1;
    const { type } = event;
    if ("step" in event && this.#known?.has(event.step) === false)
      return `a task of no step of the flow: ${event.step}`;
    if ((type === "run-started") !== (this.#count === 1)) return `${type} is event ${this.#count}`;
    if (this.#isOver) return `${type} after the run had finished`;
    switch (type) {
      case "run-started":
        return null;
      case "run-finished":
        this.#isOver = true;
        return null;
      default:
        return this.#changed(event);
    }
  }

  #changed(event: Exclude<RunEvent, RunStarted | RunFinished>): string | null {
    const change = this.#changes.apply(event);
    if (change?.kind === "reused") {
      const { result, step, task } = change.event;
      this.results.push({ locator: result, step, task });
    } else if (change?.kind === "succeeded") {
      const { step, task } = change.start;
      this.results.push({ locator: change.finished.result, step, task });
    }
    if (change !== null || event.type === "task-started" || event.type === "task-reused") return null;
    return `${event.type} of task ${event.task}, attempt ${event.attempt}, which did not run`;
  }
}
