import type { Datastore } from "../../../datastore/datastore.ts";
import { readRun } from "../../../datastore/reader/read-run.ts";
import { resolveRun } from "../../../datastore/reader/resolve-run.ts";
import type { RunOwner } from "../../../datastore/reader/run-owner.ts";

export interface StepMeantOptions {
  readonly flow: string;
  readonly owner: RunOwner;
  /** As the user gave it. */
  readonly pathspec: string | undefined;
}

/**
 * The step that is worked at where none is named: that of the past task, else what failed in the latest run, else the
 * first one.
 * @throws MillraceError where there is no run
 */
export function stepMeant(store: Datastore, { flow, owner, pathspec }: StepMeantOptions): string {
  const parts = pathspec?.split("/") ?? [];
  const named = parts[0] === flow ? parts[2] : parts[1];
  if (named !== undefined) return named;
  const text = (parts[0] === flow ? parts[1] : parts[0]) ?? "latest";
  const { tasks, document } = readRun(store, { flow, run: resolveRun(store, { flow, text, owner }) });
  return tasks.find(({ status, isCancelled }) => status === "failed" && !isCancelled)?.step ?? document.graph.start;
}
