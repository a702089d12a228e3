import type { RunEvent, TaskFailed, TaskReused, TaskStarted, TaskSucceeded } from "../run-event.ts";
import type { ErrorRecord, ResultLocator, TakenTransition } from "../records.ts";

/** What an event of a journal changes. An end comes with the start that it belongs to. */
export type TaskChange =
  | { readonly kind: "started"; readonly start: TaskStarted; readonly isFirst: boolean }
  | { readonly kind: "reused"; readonly event: TaskReused; readonly finished: FinishedTask }
  | {
      readonly kind: "succeeded";
      readonly start: TaskStarted;
      readonly event: TaskSucceeded;
      readonly finished: FinishedTask;
    }
  | { readonly kind: "failed"; readonly start: TaskStarted; readonly event: TaskFailed };

/** A task that has a result, of this run or of one before it. */
export interface FinishedTask {
  readonly result: ResultLocator;
  readonly next: TakenTransition;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly caught?: ErrorRecord;
}

/** Reads a journal event by event. It keeps what is under way or waits for another attempt, not what has run. */
export class TaskChanges {
  readonly #open = new Map<number, { start: TaskStarted; isRunning: boolean }>();

  /** @returns null for what is about no task, and for the end of an attempt that does not run */
  apply(event: RunEvent): TaskChange | null {
    switch (event.type) {
      case "task-started": {
        const isFirst = !this.#open.has(event.task);
        this.#open.set(event.task, { start: event, isRunning: true });
        return { kind: "started", start: event, isFirst };
      }
      case "task-reused": {
        const { result, next, startedAt, finishedAt, caught } = event;
        return { kind: "reused", event, finished: { result, next, startedAt, finishedAt, ...given(caught) } };
      }
      case "task-succeeded": {
        const start = this.#ended(event, true);
        if (start === null) return null;
        const { result, next, time, caught } = event;
        const finished = { result, next, startedAt: start.time, finishedAt: time, ...given(caught) };
        return { kind: "succeeded", start, event, finished };
      }
      case "task-failed": {
        const start = this.#ended(event, event.retryAt === null);
        return start === null ? null : { kind: "failed", start, event };
      }
      default:
        return null;
    }
  }

  /** The attempts that run. */
  running(): TaskStarted[] {
    return [...this.#open.values()].filter(({ isRunning }) => isRunning).map(({ start }) => start);
  }

  /** The latest attempt of a task that runs or waits for another one. */
  open(task: number): TaskStarted | undefined {
    return this.#open.get(task)?.start;
  }

  hasOpen(): boolean {
    return this.#open.size > 0;
  }

  #ended({ task, attempt }: TaskSucceeded | TaskFailed, isLast: boolean): TaskStarted | null {
    const open = this.#open.get(task);
    if (open?.isRunning !== true || open.start.attempt !== attempt) return null;
    open.isRunning = false;
    if (isLast) this.#open.delete(task);
    return open.start;
  }
}

function given(caught: ErrorRecord | undefined): { readonly caught?: ErrorRecord } {
  return caught === undefined ? {} : { caught };
}
