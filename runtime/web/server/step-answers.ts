import { targetsOf } from "../../graph/flow-graph.ts";
import type { RunSummary, TaskSummary } from "../../datastore/reader/run-summary.ts";
import { type StepRow, stepRows } from "../../datastore/reader/step-rows.ts";
import type { GraphEdge, StepAnswer } from "../api/shapes.ts";

/** A run step by step. */
export function stepAnswers(
  run: RunSummary,
  { now, waits }: { now: number; waits: ReadonlyMap<string, readonly string[]> },
): StepAnswer[] {
  const nodes = new Map(run.document.graph.steps.map((node) => [node.name, node]));
  const byStep = durationsByStep(run.tasks);
  return stepRows(run).map((row) => {
    const took = byStep.get(row.step) ?? [];
    const { doc = null, isJoin = false } = nodes.get(row.step) ?? {};
    return {
      ...{ name: row.step, doc, isJoin, counts: row.counts, startedAt: row.startedAt, finishedAt: row.finishedAt },
      waitsFor: waits.get(row.step) ?? [],
      medianMs: quantile(took, 0.5),
      p95Ms: quantile(took, 0.95),
      projectedEnd: run.status === "running" ? projectedEnd(row, { done: took.length, now }) : null,
    };
  });
}

export function graphEdges({ document }: RunSummary): GraphEdge[] {
  return document.graph.steps.flatMap(({ name, transition }) => {
    const isForeach = transition.kind === "foreach" || transition.kind === "gang";
    return targetsOf(transition).map((to) => ({ from: name, to, isForeach }));
  });
}

/** Sorted; of those that ran here and came to their end. */
function durationsByStep(tasks: readonly TaskSummary[]): ReadonlyMap<string, Float64Array> {
  const lists = new Map<string, number[]>();
  for (const task of tasks) {
    if (task.isReused || task.isCancelled || task.finishedAt === null || task.status === "pending") continue;
    const list = lists.get(task.step) ?? [];
    list.push(task.finishedAt - task.startedAt);
    lists.set(task.step, list);
  }
  return new Map([...lists].map(([step, list]) => [step, Float64Array.from(list).sort()]));
}

/** @param sorted - in ascending order */
function quantile(sorted: ArrayLike<number>, share: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.min(Math.ceil(share * sorted.length), sorted.length) - 1] ?? sorted[0] ?? null;
}

/** As fast as it went so far; what runs counts for a half. */
function projectedEnd({ counts, startedAt }: StepRow, { done, now }: { done: number; now: number }): number | null {
  const left = counts.pending + counts.running;
  if (left === 0 || counts.running === 0 || done === 0 || startedAt === null) return null;
  const half = counts.running / 2;
  return Math.round(now + ((now - startedAt) / (done + half)) * (left - half));
}
