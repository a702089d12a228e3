import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../sdk/base/nearest.ts";
import type { Datastore } from "../datastore.ts";
import type { Observer } from "./is-alive.ts";
import { parsePathspec } from "./pathspec.ts";
import { readRun } from "./read-run.ts";
import { resolveRun, type ResolveRunOptions } from "./resolve-run.ts";
import type { RunOwner } from "./run-owner.ts";
import type { RunHeader, RunSummary, TaskSummary } from "./run-summary.ts";

export interface ResolvedPathspec {
  readonly run: RunSummary;
  readonly step: string | null;
  readonly task: number | null;
  /** The tasks meant, in the order in which they started. */
  readonly tasks: readonly TaskSummary[];
}

export interface ResolvePathspecOptions {
  readonly text: string;
  /** The flow that is meant if the text names none. */
  readonly flow: string;
  /** Whose runs `latest` counts. */
  readonly owner: RunOwner;
  /** See {@link resolveRun}. */
  readonly prefix?: string;
  readonly observer?: Observer | undefined;
}

/**
 * Finds what a pathspec means in a store.
 * @throws MillraceError `MILLRACE_PATHSPEC` or `MILLRACE_UNKNOWN_RUN` if there is no such thing
 */
export function resolvePathspec(store: Datastore, options: ResolvePathspecOptions): ResolvedPathspec {
  const spec = parsePathspec(options.text, { flow: options.flow, flows: store.flows() });
  const { flow, step, task } = spec;
  const run = readRun(store, {
    flow,
    run: runOf(store, { ...options, ...spec, pathspec: options.text, text: spec.run }),
    observer: options.observer,
  });
  if (step !== null) checkStep(run, step);
  if (step !== null && task !== null) taskIn(run, { step, task });
  const tasks = run.tasks.filter((one) => one.step === (step ?? one.step) && one.task === (task ?? one.task));
  return { run, step, task, tasks };
}

/** Says so if a step was named where a run has to stand. */
function runOf(store: Datastore, spec: ResolveRunOptions & { pathspec: string }): string {
  const { flow, text: run, pathspec: text } = spec;
  try {
    return resolveRun(store, spec);
  } catch (error) {
    const latest = store.runs(flow).at(-1);
    const record = latest === undefined ? null : stepsOf(store, { flow, run: latest });
    if (record?.includes(run) !== true) throw error;
    throw new MillraceError({
      code: "MILLRACE_PATHSPEC",
      headline: `Cannot read the pathspec ${JSON.stringify(text)} because ${run} is a step, and the run comes first`,
      hint: `write latest/${text.startsWith(`${flow}/`) ? text.slice(flow.length + 1) : text}`,
    });
  }
}

function stepsOf(store: Datastore, at: { flow: string; run: string }): readonly string[] {
  try {
    return stepNames(store.record(at.flow, at.run).document());
  } catch {
    // This only looks for a better message.
    return [];
  }
}

function stepNames(document: RunSummary["document"]): readonly string[] {
  return document.graph.steps.map(({ name }) => name);
}

/** @throws MillraceError `MILLRACE_PATHSPEC` if the run's flow has no such step */
export function checkStep({ flow, run, document }: RunHeader, step: string): void {
  const names = stepNames(document);
  if (names.includes(step)) return;
  const meant = nearest(step, names);
  throw new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot find ${flow}/${run}/${step} because the flow has no step ${step}`,
    details: [`steps: ${names.join(", ")}`],
    ...(meant === null ? {} : { hint: `did you mean ${run}/${meant}?` }),
  });
}

/** @throws MillraceError `MILLRACE_PATHSPEC` if the step has no such task */
export function taskIn({ flow, run, tasks }: RunSummary, wanted: { step: string; task: number }): TaskSummary {
  const { step, task } = wanted;
  const found = tasks.find((one) => one.task === task);
  if (found?.step === step) return found;
  const own = tasks.filter((one) => one.step === step).map((one) => one.task);
  const numbers = own.length > 12 ? `${own.slice(0, 12).join(", ")}, … (${own.length} in all)` : own.join(", ");
  throw new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot find ${flow}/${run}/${step}/${task} because the step has no task ${task}`,
    details: [own.length === 0 ? `no task of ${step} has started` : `tasks of ${step}: ${numbers}`],
    ...(found === undefined ? {} : { hint: `task ${task} belongs to another step: ${run}/${found.step}/${task}` }),
  });
}
