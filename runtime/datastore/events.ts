import type { ErrorRecord, ResultLocator, TakenTransition } from "./records.ts";

/** One line of a run's journal. The state of a run is the fold of these, in order, and nothing else. */
export type RunEvent = RunStarted | TaskStarted | TaskReused | TaskSucceeded | TaskFailed | RunFinished;

interface Timed {
  /** Milliseconds since 1970. */
  readonly time: number;
}

export interface RunStarted extends Timed {
  readonly type: "run-started";
}

/** Why a task may start: names the one entry of the scheduler's ready list that it takes. */
export type TaskSource =
  | { readonly kind: "start" }
  /** Successor of one finished task. */
  | { readonly kind: "next"; readonly after: number }
  /** Child `index` of the split that task `split` made. */
  | { readonly kind: "child"; readonly split: number; readonly index: number }
  /** The join of that split. */
  | { readonly kind: "join"; readonly split: number }
  /** A further attempt of the same task. */
  | { readonly kind: "retry" };

export interface TaskStarted extends Timed {
  readonly type: "task-started";
  readonly task: number;
  readonly step: string;
  readonly attempt: number;
  readonly source: TaskSource;
  /** Identity of the task within any run of this flow: same decisions, same path. */
  readonly path: string;
}

/** A finished task of the origin run stands for this one; nothing is executed. */
export interface TaskReused extends Timed {
  readonly type: "task-reused";
  readonly task: number;
  readonly step: string;
  readonly source: TaskSource;
  readonly path: string;
  readonly result: ResultLocator;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly next: TakenTransition;
  /** Set if the task was caught in the origin run. */
  readonly caught?: ErrorRecord;
}

export interface TaskSucceeded extends Timed {
  readonly type: "task-succeeded";
  readonly task: number;
  readonly attempt: number;
  readonly result: ResultLocator;
  readonly next: TakenTransition;
  /** Set when all attempts failed and `@catchError` let the flow go on. */
  readonly caught?: ErrorRecord;
}

export interface TaskFailed extends Timed {
  readonly type: "task-failed";
  readonly task: number;
  readonly attempt: number;
  readonly error: ErrorRecord;
  /** When the next attempt may start; null if there is none. */
  readonly retryAt: number | null;
  /** True if the task was stopped because the run ends, not by a fault of its own. */
  readonly isCancelled: boolean;
  /** True if the attempt's machine was taken away: it counts for no limit on retries. */
  readonly isInterruption?: true;
}

export interface RunFinished extends Timed {
  readonly type: "run-finished";
  readonly status: "succeeded" | "failed";
  /** Why it failed, where no single task says so (interrupted, …). */
  readonly reason: string | null;
}
