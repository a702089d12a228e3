import { placeOf } from "../../engines/jobs/lost-jobs.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { TaskChanges } from "../../datastore/reader/task-changes.ts";
import type { ErrorRecord, RunDocument, TakenTransition } from "../../datastore/records.ts";
import { type FlowGraph, nodeOf, type Transition } from "../../graph/flow-graph.ts";
import { isStillTrue } from "./is-still-true.ts";
import type { ReusableResult } from "../../scheduler/scheduler.ts";

/** A run that another one resumes: what it finished, by step and path. */
export interface OriginRun {
  readonly document: RunDocument;
  /** How many tasks of each step finished. */
  readonly finished: ReadonlyMap<string, number>;
  /** Tasks that started and did not finish, by step. */
  readonly unfinished: ReadonlyMap<string, Unfinished>;
  reusable(step: string, path: string): ReusableResult | null;
  /** Why a task that finished runs again, whatever came before it; null for one that may be reused or did not finish. */
  rerunReason(step: string, path: string): RerunReason | null;
  /**
   * Attempts that were under way when its scheduler died, by `placeOf` their task: jobs elsewhere may still run. Null
   * for a run that came to its end.
   */
  readonly open: ReadonlyMap<string, number> | null;
}

export interface Unfinished {
  /** Tasks that failed of themselves. */
  readonly failed: number;
  /** The first of their errors. */
  readonly error: ErrorRecord | null;
  /** Tasks that were stopped, or under way when the run or its process ended. */
  readonly stopped: number;
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
  /** The error of what failed, null for what was stopped or is under way. */
  const unfinished = new Map<string, ErrorRecord | null>();
  let isOver = false;

  for (const event of record.events()) {
    const change = changes.apply(event);
    if (event.type === "run-finished") isOver = true;
    if (change === null) continue;
    const { step, path } = change.kind === "reused" ? change.event : change.start;
    const key = `${step}@${path}`;
    if (change.kind === "reused" || change.kind === "succeeded") {
      finished.set(key, change.finished);
      unfinished.delete(key);
    } else {
      const hasFailed = change.kind === "failed" && !change.event.isCancelled && change.event.retryAt === null;
      unfinished.set(key, hasFailed ? change.event.error : null);
    }
  }
  // Committed by a worker whose scheduler died before it could write that down.
  for (const { result, locator } of changes.hasOpen() ? record.committed() : []) {
    const task = changes.open(result.task);
    if (task?.attempt !== result.attempt || result.next === null) continue;
    // Whether a gc was faster is only known when the journal has it.
    if (result.repeats !== undefined) continue;
    const { next, startedAt, finishedAt, error } = result;
    const caught = error === null ? {} : { caught: error };
    unfinished.delete(`${task.step}@${task.path}`);
    finished.set(`${task.step}@${task.path}`, { result: locator, next, startedAt, finishedAt, ...caught });
  }

  return {
    document: record.document(),
    finished: countsOf(finished.keys()),
    unfinished: unfinishedByStep(unfinished),
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

function unfinishedByStep(errors: ReadonlyMap<string, ErrorRecord | null>): ReadonlyMap<string, Unfinished> {
  const bySteps = new Map<string, Unfinished>();
  for (const [key, error] of errors) {
    const step = stepOf(key);
    const known = bySteps.get(step) ?? { failed: 0, error: null, stopped: 0 };
    bySteps.set(step, {
      failed: known.failed + (error === null ? 0 : 1),
      error: known.error ?? error,
      stopped: known.stopped + (error === null ? 1 : 0),
    });
  }
  return bySteps;
}

/** Of `step@path`, by step. */
function countsOf(keys: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) {
    const step = stepOf(key);
    counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  return counts;
}

function stepOf(key: string): string {
  return key.slice(0, key.indexOf("@"));
}
