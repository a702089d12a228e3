import type { RunEvent } from "../events.ts";
import { parseLocator, type ResultLocator } from "../records.ts";

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
  #count = 0;
  #isOver = false;

  /** @returns why this event cannot come here; null if it can */
  apply(event: RunEvent): string | null {
    this.#count += 1;
    const { type } = event;
    if (typeof event.time !== "number") return `an event without a time: ${JSON.stringify(event).slice(0, 60)}`;
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
        return this.#named(event.result, { step: event.step, task: event.task });
      case "task-succeeded":
      case "task-failed": {
        const step = this.#steps.get(event.task);
        if (step === undefined || this.#running.get(event.task) !== event.attempt)
          return `${type} of task ${event.task}, attempt ${event.attempt}, which did not run`;
        this.#running.delete(event.task);
        return type === "task-failed" ? null : this.#named(event.result, { step, task: event.task });
      }
      default:
        return `an event of no known type: ${JSON.stringify(type) ?? "none"}`;
    }
  }

  #named(locator: ResultLocator, of: { step: string; task: number }): string | null {
    if (typeof locator !== "string" || !Number.isSafeInteger(parseLocator(locator).offset)) {
      return `task ${of.task} names no place of a result: ${JSON.stringify(locator)}`;
    }
    this.results.push({ locator, ...of });
    return null;
  }
}
