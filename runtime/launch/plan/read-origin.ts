import { placeOf } from "../../engines/jobs/lost-jobs.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { TaskChanges } from "../../datastore/reader/task-changes.ts";
import type { RunDocument, TakenTransition } from "../../datastore/records.ts";
import { type FlowGraph, nodeOf, type Transition } from "../../graph/flow-graph.ts";
import { isStillTrue } from "./is-still-true.ts";
import type { ReusableResult } from "../../scheduler/scheduler.ts";

/** A run that another one resumes: what it finished, by step and path. */
export interface OriginRun {
  readonly document: RunDocument;
  /** How many tasks of each step finished. */
  readonly finished: ReadonlyMap<string, number>;
  reusable(step: string, path: string): ReusableResult | null;
  /** Why a task that finished runs again, whatever came before it; null for one that may be reused or did not finish. */
  rerunReason(step: string, path: string): RerunReason | null;
  /**
   * Attempts that were under way when its scheduler died, by `placeOf` their task: jobs elsewhere may still run. Null
   * for a run that came to its end.
   */
  readonly open: ReadonlyMap<string, number> | null;
}

export type RerunReason =
  /** The user named the step, or one before it. */
  | { readonly kind: "named" }
  /** As it is written now, it cannot take the transition that it took. */
  | { readonly kind: "transition"; readonly before: TakenTransition; readonly after: Transition };

export interface OriginOptions {
  readonly flow: string;
  readonly run: string;
  /** The graph of the code as it is now: results whose transition no longer fits are not reused. */
  readonly graph: FlowGraph;
  /** Tasks of these steps run again. */
  readonly again: ReadonlySet<string>;
}

/** Folds an origin run's journal into what may be reused from it. */
export function readOrigin(store: Datastore, options: OriginOptions): OriginRun {
  const { flow, run, graph, again } = options;
  const record = store.record(flow, run);
  const changes = new TaskChanges();
  const finished = new Map<string, ReusableResult>();
  let isOver = false;

  for (const event of record.events()) {
    const change = changes.apply(event);
    if (event.type === "run-finished") isOver = true;
    if (change?.kind !== "reused" && change?.kind !== "succeeded") continue;
    const { step, path } = change.kind === "reused" ? change.event : change.start;
    finished.set(`${step}@${path}`, change.finished);
  }
  // Committed by a worker whose scheduler died before it could write that down.
  for (const { result, locator } of changes.hasOpen() ? record.committed() : []) {
    const task = changes.open(result.task);
    if (task?.attempt !== result.attempt || result.next === null) continue;
    // Whether a gc was faster is only known when the journal has it.
    if (result.repeats !== undefined) continue;
    const { next, startedAt, finishedAt, error } = result;
    const caught = error === null ? {} : { caught: error };
    finished.set(`${task.step}@${task.path}`, { result: locator, next, startedAt, finishedAt, ...caught });
  }

  return {
    document: record.document(),
    finished: countsOf(finished.keys()),
    open: isOver ? null : new Map(changes.running().map((task) => [placeOf(task), task.attempt])),
    reusable(step, path) {
      return rerunReason(step, path) === null ? (finished.get(`${step}@${path}`) ?? null) : null;
    },
    rerunReason,
  };

  function rerunReason(step: string, path: string): RerunReason | null {
    const result = finished.get(`${step}@${path}`);
    if (result === undefined) return null;
    if (again.has(step)) return { kind: "named" };
    const { transition: after } = nodeOf(graph, step);
    return isStillTrue(result.next, after) ? null : { kind: "transition", before: result.next, after };
  }
}

/** Of `step@path`, by step. */
function countsOf(keys: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) {
    const step = key.slice(0, key.indexOf("@"));
    counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  return counts;
}
