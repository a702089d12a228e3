import type { TaskSource, TaskUsage } from "../run-event.ts";
import type { ItemPlace } from "./item-place.ts";
import type { ArtifactTable, ErrorRecord, ResultLocator, RunDocument, TakenTransition } from "../records.ts";

/**
 * `pending`: it has begun, and waits for its scheduler. `stale`: not finished, yet nobody works on it any more; its process
 * was killed.
 */
export type RunStatus = "pending" | "running" | "succeeded" | "failed" | "stale";

/** What is known of a run without reading its whole journal. Times are milliseconds since 1970. */
export interface RunHeader {
  readonly flow: string;
  readonly run: string;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** The last sign of life: the end, or else the latest heartbeat or event. */
  readonly lastSeenAt: number;
  /** Why it failed, where no single task says so. */
  readonly reason: string | null;
  readonly tags: readonly string[];
  readonly originRun: string | null;
  readonly parameters: ArtifactTable;
  readonly document: RunDocument;
}

/** A run and its tasks, in the order in which they started. */
export interface RunSummary extends RunHeader {
  readonly tasks: readonly TaskSummary[];
}

/** `pending`: waits for its next attempt. */
export type TaskStatus = "pending" | "running" | "succeeded" | "failed" | "caught" | "stale";

export interface TaskSummary {
  readonly task: number;
  readonly step: string;
  /** Position in the innermost foreach or gang around the task; null outside of one. */
  readonly index: number | null;
  /** The innermost foreach around the task; null outside of one. */
  readonly place: ItemPlace | null;
  readonly status: TaskStatus;
  /** The latest attempt, from 0; of a reused task the one that the origin run counts. */
  readonly attempt: number;
  /** Attempts of this run, oldest first; none for a reused task. */
  readonly attempts: readonly AttemptSummary[];
  /** Start of the first attempt; of a reused task, when it really ran. */
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** The latest failure, unless a later attempt succeeded. */
  readonly error: ErrorRecord | null;
  /** True if it was stopped because the run ended, not by a fault of its own. */
  readonly isCancelled: boolean;
  /** Where its artifacts are, in this or the origin run; null while there are none. */
  readonly result: ResultLocator | null;
  readonly isReused: boolean;
  /** Why it could start: names its parents. */
  readonly source: TaskSource;
  /** The transition it took: names its children. */
  readonly next: TakenTransition | null;
  /** Identity of the task within any run of this flow. */
  readonly path: string;
}

export interface AttemptSummary {
  readonly attempt: number;
  readonly status: Exclude<TaskStatus, "pending">;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly error: ErrorRecord | null;
  /** Null while it runs, and where its process could not tell. */
  readonly usage: TaskUsage | null;
}
