import { type ErrorRecord, parseLocator, type ResultLocator } from "../../datastore/records.ts";
import { type FlowGraph, nodeOf } from "../../graph/flow-graph.ts";
import { simulateReuse } from "../../scheduler/simulate-reuse.ts";
import type { OriginRun, RerunReason } from "./read-origin.ts";
import { stepsAfter, stepsToRun, type StepToRun } from "./steps-to-run.ts";

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
  /** Steps that run, wholly or for the tasks that are not reused, in the flow's order. */
  readonly runs: readonly string[];
  /** Why the rest runs: what did not finish, and what had not started. */
  readonly others: readonly StepToRun[];
  /** Reused tasks whose error `@catchError` let pass. */
  readonly caught: readonly CaughtTask[];
}

export interface CaughtTask {
  /** `run/step/task` of the run that executed it. */
  readonly pathspec: string;
  readonly step: string;
  readonly error: ErrorRecord;
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
  const caught: CaughtTask[] = [];
  const next = new Map<string, number>();
  const results = simulateReuse(graph, (step, path) => {
    const reason = origin.rerunReason(step, path);
    if (reason !== null && !direct.has(step)) direct.set(step, reason);
    const result = reason === null ? origin.reusable(step, path) : null;
    if (result === null) next.set(step, (next.get(step) ?? 0) + 1);
    if (result?.caught !== undefined) caught.push(caughtTask(result.result, result.caught));
    return result;
  });
  const reused = new Map([...results].map(([step, all]) => [step, all.length]));
  const steps = graph.steps.map(({ name }) => name);
  const later = stepsAfter(graph, next.keys());
  const runs = steps.filter((step) => next.has(step) || later.has(step));
  const tasksAgain = (step: string) => (origin.finished.get(step) ?? 0) - (reused.get(step) ?? 0);
  const isWhole = (step: string) => origin.finished.has(step) && tasksAgain(step) === 0;
  const again = runs.flatMap((step): StepAgain[] => {
    const tasks = tasksAgain(step);
    if (tasks <= 0) return [];
    const reason = direct.get(step);
    const isOwn = reason !== undefined && (reason.kind !== "named" || step === named);
    if (isOwn) return [{ step, tasks, reason }];
    const before = nodeOf(graph, step).parents.filter((parent) => parent !== step && !isWhole(parent));
    return [{ step, tasks, reason: { kind: "follows", steps: before } }];
  });
  return {
    reused,
    madeBy: new Map([...results].map(([step, all]) => [step, new Set(all.map((one) => parseLocator(one).run))])),
    again,
    gone: [...origin.finished.keys()].filter((step) => !steps.includes(step)),
    runs,
    others: stepsToRun(origin, { graph, reused, next, again: new Set(again.map(({ step }) => step)) }),
    caught,
  };
}

function caughtTask(locator: ResultLocator, error: ErrorRecord): CaughtTask {
  const { run, step, task } = parseLocator(locator);
  return { pathspec: `${run}/${step}/${task}`, step, error };
}
