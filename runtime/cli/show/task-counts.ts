import type { TaskSummary } from "../../datastore/reader/run-summary.ts";

/** How many tasks stand where. `done` counts those whose artifacts exist: succeeded, caught and reused ones. */
export interface TaskCounts {
  readonly total: number;
  readonly done: number;
  readonly reused: number;
  readonly caught: number;
  readonly failed: number;
  /** Stopped because the run ended. */
  readonly cancelled: number;
  readonly running: number;
  readonly pending: number;
  readonly stale: number;
}

export function countTasks(tasks: readonly TaskSummary[]): TaskCounts {
  const counts = { total: 0, done: 0, reused: 0, caught: 0, failed: 0, cancelled: 0, running: 0, pending: 0, stale: 0 };
  for (const { status, isReused, isCancelled } of tasks) {
    counts.total += 1;
    if (isReused) counts.reused += 1;
    if (status === "succeeded" || status === "caught") counts.done += 1;
    if (status === "failed" && isCancelled) counts.cancelled += 1;
    else if (status !== "succeeded") counts[status] += 1;
  }
  return counts;
}
