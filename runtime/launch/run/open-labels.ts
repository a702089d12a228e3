import type { Blobs } from "../../datastore/blobs.ts";
import { ItemLabels } from "../../datastore/reader/item-labels.ts";
import type { RunEvent } from "../../datastore/run-event.ts";
import type { ForeachPlace, TaskSpec } from "../../task/task-spec.ts";

/** What tells the tasks that are under way apart; read when it is asked for first. */
export interface TaskLabels {
  /** Empty outside of foreaches. */
  of(task: number): string;
}

/** Keeps the places of tasks that run or will run again, not of those that have run. */
export class OpenLabels implements TaskLabels {
  readonly #labels: ItemLabels;
  readonly #open = new Map<number, readonly ForeachPlace[]>();

  constructor(blobs: Blobs) {
    this.#labels = new ItemLabels(blobs);
  }

  /** Before the start is told. */
  starting({ task, stack }: TaskSpec): void {
    if (stack.length > 0) this.#open.set(task, stack);
  }

  /** After it was told. */
  told(event: RunEvent): void {
    // The start of a retry that need not wait is written together with the failure, and is known before it is told.
    const isOver = event.type === "task-succeeded" || (event.type === "task-failed" && event.retryAt === null);
    if (isOver) this.#open.delete(event.task);
  }

  of(task: number): string {
    const stack = this.#open.get(task);
    return stack === undefined ? "" : this.#labels.join(stack.map((place) => this.#labels.in(place)));
  }
}
