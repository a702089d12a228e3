import type { TaskOutcome } from "../task/task-outcome.ts";
import type { StopReason } from "../task/stop-reason.ts";
import type { ProgressReport } from "../task/progress-report.ts";
import type { TaskSpec } from "../task/task-spec.ts";

/** What runs tasks: this machine, a container engine, a cluster. The scheduler knows no more than this. */
export interface ComputeBackend {
  /** Shown to people and recorded as `current.engine`. */
  readonly name: string;
  /** How many tasks may run at once where the user sets no limit. */
  readonly defaultLimit: number;
  /**
   * How many tasks of a step, of foreaches, it would take beyond those at once, to begin as soon as others of them end.
   * @defaultValue none
   */
  ahead?(step: string): number;
  /** Begins an attempt; returns at once. What follows comes as events. */
  start(spec: TaskSpec): void;
  /**
   * Goes on with an attempt that an earlier scheduler of this run started: what follows comes as events, as after `start`.
   * Where nobody works on it any more, it ends as an interruption.
   * @returns false if it cannot have outlived that scheduler
   * @defaultValue none has
   */
  follow?(spec: TaskSpec): boolean;
  /** Ends a running attempt: asks first, insists after a grace. Its end is reported like any other. */
  stop(task: number, reason: StopReason): void;
  /** Ends whatever still runs and frees everything. */
  close(options?: CloseOptions): Promise<void>;
}

export interface CloseOptions {
  /** True if another run goes on with this one's work: jobs that it may have taken over are left alone. */
  readonly isSuperseded?: boolean;
}

export type BackendEvent = TaskBegan | TaskReturned | TaskEnded | TaskLogged | TaskProgressed | TaskWaits;

interface OfAttempt {
  readonly task: number;
  readonly step: string;
  readonly attempt: number;
}

/** The attempt left the queue of its engine: from here its time counts. */
export interface TaskBegan extends OfAttempt {
  readonly type: "began";
  /**
   * Where the engine itself ends a task at its time limit, and knows better when its code began: so much later somebody
   * else may do it.
   * @defaultValue 0
   */
  readonly marginMs?: number;
}

/** It was about to begin, and waits again: its time does not count. */
export interface TaskReturned extends OfAttempt {
  readonly type: "returned";
}

export interface TaskEnded extends OfAttempt {
  readonly type: "ended";
  readonly outcome: TaskOutcome;
}

/** Where the attempt is on its way to a machine, in the words of its engine. */
export interface TaskWaits extends OfAttempt {
  readonly type: "waits";
  readonly state: string;
  readonly reason: string | null;
}

/** How far the step says it is: the latest word, at most a few times a second, the last one before the end. */
export interface TaskProgressed extends OfAttempt, ProgressReport {
  readonly type: "progressed";
}

/** One whole line of output; it is stored already. */
export interface TaskLogged extends OfAttempt {
  readonly type: "logged";
  readonly stream: "stdout" | "stderr";
  readonly time: number;
  readonly text: string;
}
