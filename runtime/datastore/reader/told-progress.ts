import type { TaskProgressRecord } from "../records.ts";
import type { RunRecord } from "../run-record.ts";
import type { TaskSummary } from "./run-summary.ts";

/** What tasks that run, or ran when the run was killed, told last of their progress; by task. */
export function toldProgress(
  record: RunRecord,
  tasks: readonly TaskSummary[],
): ReadonlyMap<number, TaskProgressRecord> {
  const open = tasks.filter(({ status }) => status === "running" || status === "stale");
  if (open.length === 0) return new Map();
  const told = new Map(record.progress()?.tasks.map((one) => [one.task, one]));
  const ofAttempt = open.flatMap(({ task, attempt }) => {
    const one = told.get(task);
    return one?.attempt === attempt ? [[task, one] as const] : [];
  });
  return new Map(ofAttempt);
}
