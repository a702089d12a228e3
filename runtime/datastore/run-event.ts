import type { ErrorRecord, ResultLocator, TakenTransition } from "./records.ts";

/** One line of a run's journal. The state of a run is the fold of these, in order, and nothing else. */
export type RunEvent = RunStarted | TaskStarted | TaskReused | TaskSucceeded | TaskFailed | RunFinished;

interface Timed {
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** The first event of a run. */
export interface RunStarted extends Timed {
  readonly type: "run-started";
}

/**
 * Why a task may start: names the one entry of the scheduler's ready list that it takes. `after` and `split` are numbers
 * of tasks, `index` is a place in the split, from 0.
 */
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

/** An attempt of a task starts. */
export interface TaskStarted extends Timed {
  readonly type: "task-started";
  /** The task's number within its run. */
  readonly task: number;
  /** Name of the step. */
  readonly step: string;
  /** From 0. */
  readonly attempt: number;
  /** Why the task may start. */
  readonly source: TaskSource;
  /** Identity of the task within any run of this flow: same decisions, same path. */
  readonly path: string;
}

/** A finished task of the origin run stands for this one; nothing is executed. */
export interface TaskReused extends Timed {
  readonly type: "task-reused";
  /** The task's number within its run. */
  readonly task: number;
  /** Name of the step. */
  readonly step: string;
  /** Why the task may start. */
  readonly source: TaskSource;
  /** Identity of the task, as in {@link TaskStarted}. */
  readonly path: string;
  /** Where the result is, in the origin run or one before it. */
  readonly result: ResultLocator;
  /** When the task really started, in milliseconds since 1970. */
  readonly startedAt: number;
  /** When the task really ended, in milliseconds since 1970. */
  readonly finishedAt: number;
  /** Where the task goes on. */
  readonly next: TakenTransition;
  /** Set if the task was caught in the origin run. */
  readonly caught?: ErrorRecord;
}

/** What an attempt used. A figure that nobody could tell is missing. */
export interface TaskUsage {
  /**
   * Processor time, in user code and in the system: of all threads of its process and of child processes. In a container,
   * of all that ran there.
   */
  readonly cpuMs?: number;
  /** Of that, in the system. Missing in what older versions recorded. */
  readonly systemMs?: number;
  /**
   * How long it ran, by whoever measured it. Missing where that is the time from its start to its end: elsewhere than on
   * this machine that is when it was handed over, and it may have waited.
   */
  readonly ranMs?: number;
  /**
   * The most memory that its process and child processes had at once, in bytes. In a container, all that it had, without
   * what caches files.
   */
  readonly peakMemory?: number;
  /** By calls, whatever answered them: a disk, a cache, a pipe or a socket. Missing where the system does not count them. */
  readonly readBytes?: number;
  /** The same, written. */
  readonly writtenBytes?: number;
  /** What its GPUs did meanwhile; missing where it had none, or nobody could look. */
  readonly gpu?: GpuUsage;
  /** Memory in bytes that it was given, and that was not enough: it ended for want of more. */
  readonly exhausted?: number;
  /** True where its process died and could not tell: this is what others had seen of it, and it may have used more. */
  readonly isPartial?: true;
  /** True where the peak counts child processes that nobody saw, by the pages that they touched: an estimate. */
  readonly isEstimated?: true;
  /** True where it ran on a machine that costs less and can be taken away. Missing where nobody could tell. */
  readonly isOnSpot?: true;
  /** What is not in the figures. Missing where nothing is. */
  readonly lacks?: readonly UsageGap[];
}

/**
 * What figures can lack: `children`, memory of child processes that ended before anybody could look at it; `system`, child
 * processes and what was read and written, of which the system does not tell.
 */
export type UsageGap = "children" | "system";

/** What the GPUs of an attempt did. */
export interface GpuUsage {
  /** How many it had. */
  readonly count: number;
  /** How busy they were on average, in percent; missing where the driver does not tell. */
  readonly meanPercent?: number;
  /** The most that was seen, in percent. */
  readonly maxPercent?: number;
  /** The most memory in use on all of them together, in bytes, whoever used it. */
  readonly peakMemory?: number;
  /** What the driver calls them, as `NVIDIA A100-SXM4-80GB`; missing where they differ, or it does not tell. */
  readonly model?: string;
}

/** A task has committed its result. */
export interface TaskSucceeded extends Timed {
  readonly type: "task-succeeded";
  /** The task's number within its run. */
  readonly task: number;
  /** From 0. */
  readonly attempt: number;
  /** Where the result is. */
  readonly result: ResultLocator;
  /** Where the task goes on. */
  readonly next: TakenTransition;
  /** Set when all attempts failed and `@catchError` let the flow go on. */
  readonly caught?: ErrorRecord;
  /** What the attempt used; missing where its process could not tell. */
  readonly usage?: TaskUsage;
}

/** An attempt of a task has failed. */
export interface TaskFailed extends Timed {
  readonly type: "task-failed";
  /** The task's number within its run. */
  readonly task: number;
  /** From 0. */
  readonly attempt: number;
  /** Why it failed. */
  readonly error: ErrorRecord;
  /** When the next attempt may start; null if there is none. */
  readonly retryAt: number | null;
  /** True if the task was stopped because the run ends, not by a fault of its own. */
  readonly isCancelled: boolean;
  /** True if the attempt's machine was taken away: it counts for no limit on retries. */
  readonly isInterruption?: true;
  /** What the attempt used; missing where its process died. */
  readonly usage?: TaskUsage;
}

/** The last event of a run. */
export interface RunFinished extends Timed {
  readonly type: "run-finished";
  /** How the run ended. */
  readonly status: "succeeded" | "failed";
  /** Why it failed, where no single task says so (interrupted, …). */
  readonly reason: string | null;
}
