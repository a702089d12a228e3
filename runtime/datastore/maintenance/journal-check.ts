import type { RunEvent } from "../events.ts";
import type { ResultLocator } from "../records.ts";

/** A result that a journal names. */
export interface NamedResult {
  readonly locator: ResultLocator;
  /** The task of this run that it stands for. */
  readonly step: string;
  readonly task: number;
}

/** Folds a journal as far as it takes to see whether its lines can follow one another. */
export class JournalCheck {
  readonly results: NamedResult[] = [];
  readonly #steps = new Map<number, string>();
  readonly #running = new Map<number, number>();
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
      case "task-started":
        this.#steps.set(event.task, event.step);
        this.#running.set(event.task, event.attempt);
        return null;
      case "task-reused":
        this.results.push({ locator: event.result, step: event.step, task: event.task });
        return null;
      case "task-succeeded":
      case "task-failed": {
        const step = this.#steps.get(event.task);
        if (step === undefined || this.#running.get(event.task) !== event.attempt)
          return `${type} of task ${event.task}, attempt ${event.attempt}, which did not run`;
        this.#running.delete(event.task);
        if (type === "task-succeeded") this.results.push({ locator: event.result, step, task: event.task });
        return null;
      }
    }
  }
}
