import { type FlowGraph, nodeOf } from "../../graph/flow-graph.ts";
import type { OriginRun, Unfinished } from "./read-origin.ts";

export interface StepToRun {
  readonly step: string;
  readonly reason:
    | ({ readonly kind: "unfinished"; readonly progress: StepProgress } & Unfinished)
    /** Some of its tasks are reused; the others had not started. */
    | { readonly kind: "partly-started"; readonly progress: StepProgress }
    /** Nothing of it had started. */
    | { readonly kind: "not-started" }
    | { readonly kind: "new" }
    /** No finished task leads there, and nothing that runs can. */
    | { readonly kind: "not-taken" };
}

export interface StepProgress {
  /** Tasks that finished and are reused. */
  readonly reused: number;
  /** All tasks that the step will have; null while steps before it decide that. */
  readonly tasks: number | null;
  /** Those steps: they run, and more tasks may follow them. */
  readonly after: readonly string[];
}

export interface StepsToRunOptions {
  readonly graph: FlowGraph;
  readonly reused: ReadonlyMap<string, number>;
  /** Tasks that run though all that precedes them is reused, by step. */
  readonly next: ReadonlyMap<string, number>;
  /** Steps whose reason to run again is known. */
  readonly again: ReadonlySet<string>;
}

/** Why steps run of which not all tasks are reused, and which steps no task can reach. */
export function stepsToRun(origin: OriginRun, { graph, reused, next, again }: StepsToRunOptions): StepToRun[] {
  const before = new Set(origin.document.graph.steps.map(({ name }) => name));
  const later = stepsAfter(graph, next.keys());
  const progressOf = (step: string): StepProgress => {
    const done = reused.get(step) ?? 0;
    if (!later.has(step)) return { reused: done, tasks: done + (next.get(step) ?? 0), after: [] };
    const after = nodeOf(graph, step).parents.filter((parent) => next.has(parent) || later.has(parent));
    return { reused: done, tasks: null, after };
  };
  return graph.steps.flatMap(({ name: step }): StepToRun[] => {
    if (!next.has(step) && !later.has(step)) return reused.has(step) ? [] : [{ step, reason: { kind: "not-taken" } }];
    const unfinished = origin.unfinished.get(step);
    if (unfinished !== undefined)
      return [{ step, reason: { kind: "unfinished", ...unfinished, progress: progressOf(step) } }];
    if (again.has(step)) return [];
    if (reused.has(step)) return [{ step, reason: { kind: "partly-started", progress: progressOf(step) } }];
    return [{ step, reason: { kind: before.has(step) ? "not-started" : "new" } }];
  });
}

/** Steps that tasks of these can lead to; a step is among them if a loop leads back to it. */
export function stepsAfter(graph: FlowGraph, steps: Iterable<string>): ReadonlySet<string> {
  const after = new Set<string>();
  const addChildren = (step: string) => {
    for (const { name, parents } of graph.steps) if (parents.includes(step)) after.add(name);
  };
  for (const step of steps) addChildren(step);
  // A set also visits what is added on the way.
  for (const step of after) addChildren(step);
  return after;
}
