import { brokenInvariant, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../sdk/base/nearest.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { TaskReused, TaskStarted } from "../../datastore/run-event.ts";
import type { RunDocument } from "../../datastore/records.ts";
import { resolvePathspec } from "../../datastore/reader/resolve-pathspec.ts";
import type { RunOwner } from "../../datastore/reader/run-owner.ts";
import type { TaskSummary } from "../../datastore/reader/run-summary.ts";
import { type FlowGraph, nodeOf } from "../../graph/flow-graph.ts";
import { applyEvent } from "../../scheduler/apply-event.ts";
import { initialState, type GraphPlace } from "../../scheduler/run-state.ts";

/** A past task whose inputs another one is to take. */
export interface OriginTask {
  readonly document: RunDocument;
  readonly task: TaskSummary;
  /** Where in the flow it stood, and what it took in. */
  readonly place: GraphPlace;
}

export interface OriginTaskQuery {
  readonly step: string;
  /** As the user gave it; null for the first task of the step in the latest run. */
  readonly pathspec: string | null;
  readonly flow: string;
  /** Whose latest run. */
  readonly owner: RunOwner;
  /** Names of the flow's steps as it is now. */
  readonly steps: readonly string[];
}

/**
 * Finds the task that is meant. It has started, so what it took in is complete; how it ended makes no difference.
 * @throws MillraceError if there is none
 */
export function originTask(store: Datastore, query: OriginTaskQuery): OriginTask {
  const { step, pathspec, flow, owner } = query;
  checkStep(query);
  const chosen = resolvePathspec(store, { text: pathspec ?? "latest", flow, owner, prefix: "--pathspec " });
  const { run } = chosen;
  if (run.flow !== flow) throw otherThanAsked(`${run.flow} is another flow than ${flow}`, { step, pathspec });
  if (chosen.step !== null && chosen.step !== step)
    throw otherThanAsked(`its step is ${chosen.step}`, { step, pathspec });
  const task = chosen.tasks.find((one) => one.step === step);
  if (task === undefined) throw notStarted({ flow: run.flow, run: run.run, step });
  return { document: run.document, task, place: placeOf(store, { document: run.document, task: task.task }) };
}

/** Folds the journal up to the event that started the task. */
function placeOf(store: Datastore, { document, task }: { document: RunDocument; task: number }): GraphPlace {
  const { flow, run, graph } = document;
  const state = initialState(graph);
  for (const event of store.record(flow, run).events()) {
    const isIt = (event.type === "task-started" || event.type === "task-reused") && event.task === task;
    applyEvent(state, isIt ? asStarted(event) : event);
    const running = isIt ? state.running.get(task) : undefined;
    if (running !== undefined) return running.place;
  }
  throw brokenInvariant(`the journal of ${flow}/${run} does not start task ${task}`);
}

/** A reused task stood where it would have started. */
function asStarted({ time, task, step, source, path }: TaskStarted | TaskReused): TaskStarted {
  return { type: "task-started", time, task, step, source, path, attempt: 0 };
}

/** @throws MillraceError for a step that was a join then or is one now, but not both: it cannot take what that task took in */
export function checkShape({ document, task: { step } }: OriginTask, graph: FlowGraph): void {
  if (nodeOf(document.graph, step).isJoin === nodeOf(graph, step).isJoin) return;
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot spin step ${step} on ${document.flow}/${document.run} because it was a join there or is one now, but not both`,
    hint: "start a run with the code as it is now",
  });
}

function checkStep({ step, flow, steps }: OriginTaskQuery): void {
  if (steps.includes(step)) return;
  const near = nearest(step, steps);
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot spin step ${step} because ${flow} has no such step`,
    details: [`steps: ${steps.join(", ")}`],
    hint: near === null ? "name one of these steps" : `did you mean ${near}?`,
  });
}

function otherThanAsked(seen: string, { step, pathspec }: { step: string; pathspec: string | null }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot spin step ${step} on ${pathspec ?? "latest"} because ${seen}`,
    hint: `give a task of this step: --pathspec RUN/${step}/TASK`,
  });
}

function notStarted({ flow, run, step }: { flow: string; run: string; step: string }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot spin step ${step} because no task of it has started in ${flow}/${run}: its inputs are not complete`,
    hint: `name a run that reached it with --pathspec RUN/${step}; the command runs lists them`,
  });
}
