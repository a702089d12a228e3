import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../sdk/base/nearest.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { BranchChoice } from "../../datastore/branch-name.ts";
import { resolveRun } from "../../datastore/reader/resolve-run.ts";
import type { RunOwner } from "../../datastore/reader/run-owner.ts";
import { type FlowGraph, targetsOf } from "../../graph/flow-graph.ts";
import { refuseRunning } from "./refuse-running.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";

/** Which run to go on with, and from where. */
export interface ResumePoint {
  /** Run again from here on. */
  readonly step: string | null;
  /** As the user named it; the user's own latest where null. */
  readonly run: string | null;
  /** On this branch the latest is meant. */
  readonly branch?: BranchChoice;
}

export interface FindOriginOptions {
  readonly flow: string;
  /** As the user named it; the latest where null. */
  readonly wanted: string | null;
  /** Whose latest. */
  readonly owner: RunOwner;
}

/** The run to resume; refuses one that is still alive. */
export function findOrigin(store: Datastore, { flow, wanted, owner }: FindOriginOptions): string {
  if (wanted === null && store.runs(flow).length === 0) {
    throw new MillraceError({
      code: "MILLRACE_UNKNOWN_RUN",
      headline: `Cannot resume ${flow} because it has no runs in ${store.storage.location}`,
      hint: "start one with the command run, or name the datastore with --datastore",
    });
  }
  const run = resolveRun(store, { flow, text: wanted ?? "latest", owner, prefix: "--origin-run-id " });
  refuseRunning(store, { flow, run });
  return run;
}

/** The named step and all that can follow it. */
export function stepsToRepeat(graph: FlowGraph, step: string | null): ReadonlySet<string> {
  if (step === null) return new Set();
  const names = graph.steps.map((node) => node.name);
  if (!names.includes(step)) {
    const near = nearest(step, names);
    throw new MillraceError({
      code: "MILLRACE_USAGE",
      headline: `Cannot resume from step ${step} because the flow has no such step`,
      details: [`steps: ${names.join(", ")}`],
      hint: near === null ? "name one of these steps" : `did you mean ${near}?`,
    });
  }
  const again = new Set<string>();
  const queue = [step];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (again.has(at)) continue;
    again.add(at);
    const node = graph.steps.find(({ name }) => name === at);
    if (node !== undefined) appendAll(queue, targetsOf(node.transition));
  }
  return again;
}
