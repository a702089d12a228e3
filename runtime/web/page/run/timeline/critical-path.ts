import type { TaskColumns } from "../../../api/task-columns.ts";

/** Rows of the tasks that the run's length depends on: each waited for the one before it last. */
export function criticalPath({ task, after, finishedAt, startedAt }: TaskColumns): ReadonlySet<number> {
  const rows = new Map(Array.from(task, (number, row) => [number, row]));
  let row = lastOf(finishedAt, startedAt);
  const path = new Set<number>();
  while (row !== undefined && !path.has(row)) {
    path.add(row);
    row = rows.get(after[row] ?? 0);
  }
  return path;
}

/** What ended last, or still runs. */
function lastOf(finishedAt: Float64Array, startedAt: Float64Array): number | undefined {
  let last: number | undefined;
  let end = Number.NEGATIVE_INFINITY;
  for (const [row, finished] of finishedAt.entries()) {
    const one = Number.isNaN(finished) ? Number.MAX_VALUE / 2 + (startedAt[row] ?? 0) : finished;
    if (one < end) continue;
    end = one;
    last = row;
  }
  return last;
}
