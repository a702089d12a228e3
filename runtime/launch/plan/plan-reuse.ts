import { parseLocator } from "../../datastore/records.ts";
import { type FlowGraph, nodeOf } from "../../graph/flow-graph.ts";
import { simulateReuse } from "../../scheduler/simulate-reuse.ts";
import type { OriginRun, RerunReason } from "./read-origin.ts";

/** What a resume reuses of its origin run, and what it does not. */
export interface ReusePlan {
  /** Tasks by step. */
  readonly reused: ReadonlyMap<string, number>;
  /** The runs that made the reused results, by step. */
  readonly madeBy: ReadonlyMap<string, ReadonlySet<string>>;
  /** Steps that finished, wholly or in part, and run again all the same. */
  readonly again: readonly StepAgain[];
  /** Steps that finished and are no part of the flow any more. */
  readonly gone: readonly string[];
}

export interface StepAgain {
  readonly step: string;
  /** Of its tasks, how many finished and run again. */
  readonly tasks: number;
  readonly reason:
    | RerunReason
    /** What comes before it runs again, or did not finish. */
    | { readonly kind: "follows"; readonly steps: readonly string[] };
}

/** @param named - the step that the user named to run again */
export function planReuse(origin: OriginRun, { graph, named }: { graph: FlowGraph; named: string | null }): ReusePlan {
  const direct = new Map<string, RerunReason>();
  const results = simulateReuse(graph, (step, path) => {
    const reason = origin.rerunReason(step, path);
    if (reason !== null && !direct.has(step)) direct.set(step, reason);
    return reason === null ? origin.reusable(step, path) : null;
  });
  const reused = new Map([...results].map(([step, all]) => [step, all.length]));
  const runs = graph.steps.map(({ name }) => name);
  const tasksAgain = (step: string) => (origin.finished.get(step) ?? 0) - (reused.get(step) ?? 0);
  const isWhole = (step: string) => origin.finished.has(step) && tasksAgain(step) === 0;
  const again = runs.flatMap((step): StepAgain[] => {
    const tasks = tasksAgain(step);
    if (tasks <= 0) return [];
    const reason = direct.get(step);
    const isOwn = reason !== undefined && (reason.kind !== "named" || step === named);
    if (isOwn) return [{ step, tasks, reason }];
    const steps = nodeOf(graph, step).parents.filter((parent) => parent !== step && !isWhole(parent));
    return [{ step, tasks, reason: { kind: "follows", steps } }];
  });
  return {
    reused,
    madeBy: new Map([...results].map(([step, all]) => [step, new Set(all.map((one) => parseLocator(one).run))])),
    again,
    gone: [...origin.finished.keys()].filter((step) => !runs.includes(step)),
  };
}
