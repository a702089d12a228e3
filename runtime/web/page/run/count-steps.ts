import type { StepAnswer, StepTaskCounts } from "../../api/shapes.ts";
import { CANCELLED, REUSED, STATUSES, type TaskColumns } from "../../api/task-columns.ts";

/** How the tasks of each step stand by their columns; without these, as the server counted them. */
export function countSteps(
  steps: readonly StepAnswer[],
  columns: TaskColumns | null,
): ReadonlyMap<string, StepTaskCounts> {
  if (columns === null) return new Map(steps.map(({ name, counts }) => [name, counts]));
  const counted = columns.steps.map(() => ({
    total: 0,
    pending: 0,
    running: 0,
    done: 0,
    failed: 0,
    cancelled: 0,
    caught: 0,
    reused: 0,
    stale: 0,
  }));
  for (const [row, step] of columns.step.entries()) {
    const counts = counted[step];
    if (counts === undefined) continue;
    const flags = columns.flags[row] ?? 0;
    counts.total += 1;
    if ((flags & REUSED) > 0) counts.reused += 1;
    const status = STATUSES[columns.status[row] ?? 0];
    if (status === "succeeded" || status === "caught") counts.done += 1;
    if (status === "failed" && (flags & CANCELLED) > 0) counts.cancelled += 1;
    else if (status !== undefined && status !== "succeeded") counts[status] += 1;
  }
  const byName = new Map(columns.steps.map((name, at) => [name, counted[at]]));
  return new Map(
    steps.map(({ name, counts }) => {
      const own = byName.get(name);
      if (own === undefined) return [name, counts];
      // Those that have not started are known to the server alone.
      const total = Math.max(counts.total, own.total);
      return [name, { ...own, total, pending: own.pending + total - own.total }];
    }),
  );
}
