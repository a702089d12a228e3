import type { RunSummary, TaskSummary } from "./run-summary.ts";
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
  const expected = expectedTasks(run);
  return [...byStep].map(([step, tasks]) => {
    const counts = countTasks(tasks, expected.get(step) ?? 0);
    return { step, counts, ...spanOf(tasks, until) };
  });
}

/** What the transitions taken so far lead to. Joins are left out: whether their splits close is not known before. */
function expectedTasks({ tasks, document }: RunSummary): ReadonlyMap<string, number> {
  const expected = new Map<string, number>();
  const joins = new Set(document.graph.steps.filter(({ isJoin }) => isJoin).map(({ name }) => name));
  const add = (step: string, count: number) => {
    if (!joins.has(step)) expected.set(step, (expected.get(step) ?? 0) + count);
  };
  for (const { next } of tasks) {
    if (next === null || next.kind === "end") continue;
    if (next.kind === "branch") for (const target of next.targets) add(target, 1);
    else add(next.target, "size" in next ? next.size : 1);
  }
  return expected;
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
