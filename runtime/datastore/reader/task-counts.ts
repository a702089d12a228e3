import type { TaskSummary } from "./run-summary.ts";

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
  /** Known to come: waiting for a place, or for a further attempt. */
  readonly pending: number;
  readonly stale: number;
}

/** @param expected - how many tasks of the step are known to come, started or not */
export function countTasks(tasks: readonly TaskSummary[], expected = 0): TaskCounts {
  const counts = { total: 0, done: 0, reused: 0, caught: 0, failed: 0, cancelled: 0, running: 0, pending: 0, stale: 0 };
  for (const { status, isReused, isCancelled } of tasks) {
    counts.total += 1;
    if (isReused) counts.reused += 1;
    if (status === "succeeded" || status === "caught") counts.done += 1;
    if (status === "failed" && isCancelled) counts.cancelled += 1;
    else if (status !== "succeeded") counts[status] += 1;
  }
  const notStarted = Math.max(expected - counts.total, 0);
  return { ...counts, total: counts.total + notStarted, pending: counts.pending + notStarted };
}
