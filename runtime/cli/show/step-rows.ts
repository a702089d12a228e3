import type { RunSummary, TaskSummary } from "../../datastore/reader/run-summary.ts";
import { countTasks, type TaskCounts } from "./task-counts.ts";

export interface StepRow {
  readonly step: string;
  readonly counts: TaskCounts;
  /** Of the tasks that this run executed itself. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly tookMs: number | null;
}

/** A run step by step, in the order of the flow's declaration. */
export function stepRows(run: RunSummary): StepRow[] {
  const byStep = new Map<string, TaskSummary[]>(run.document.graph.steps.map(({ name }) => [name, []]));
  for (const task of run.tasks) byStep.get(task.step)?.push(task);
  const until = run.status === "running" ? Date.now() : run.lastSeenAt;
  return [...byStep].map(([step, tasks]) => ({ step, counts: countTasks(tasks), ...spanOf(tasks, until) }));
}

function spanOf(tasks: readonly TaskSummary[], until: number): Pick<StepRow, "startedAt" | "finishedAt" | "tookMs"> {
  let startedAt = Infinity;
  let endedAt = 0;
  let isOver = true;
  for (const task of tasks) {
    if (task.isReused) continue;
    startedAt = Math.min(startedAt, task.startedAt);
    endedAt = Math.max(endedAt, task.finishedAt ?? until);
    isOver &&= task.finishedAt !== null && task.status !== "pending";
  }
  if (startedAt === Infinity) return { startedAt: null, finishedAt: null, tookMs: null };
  return { startedAt, finishedAt: isOver ? endedAt : null, tookMs: Math.max(endedAt - startedAt, 0) };
}
