import type { Datastore } from "../datastore/datastore.ts";
import { parsePathspec, type Pathspec } from "../datastore/reader/pathspec.ts";
import { resolveRun } from "../datastore/reader/resolve-run.ts";
import type { StoreContext } from "./cli-context.ts";
import { flowMeant } from "./flow-meant.ts";
import { type BranchOptions, ownerMeant } from "./owner-meant.ts";

export interface RunMeantOptions extends BranchOptions {
  /** As the user named it. */
  readonly run: string;
}

/** The run that the user means, by its id; a step and task as far as the text names them. Its tasks are not read. */
export function runMeant(
  context: StoreContext,
  store: Datastore,
  { run: text, ...options }: RunMeantOptions,
): Pathspec {
  const own = flowMeant(context, { store, text });
  const named = parsePathspec(text, { flow: own, flows: store.flows() });
  const run = resolveRun(store, { flow: named.flow, text: named.run, owner: ownerMeant(context, options) });
  return { ...named, run };
}
