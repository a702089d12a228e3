import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { parsePathspec } from "../../../datastore/reader/pathspec.ts";
import { readRun } from "../../../datastore/reader/read-run.ts";
import { resolveRun, type ResolveRunOptions } from "../../../datastore/reader/resolve-run.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import type { StoreContext } from "../../cli-context.ts";
import { flowMeant } from "../../flow-meant.ts";
import { type BranchOptions, ownerMeant } from "../../owner-meant.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";
import { showManyRuns } from "./show-many-runs.ts";
import { showTwoRuns } from "./show-two-runs.ts";

export interface DiffOptions extends InspectOptions, BranchOptions {
  /** As the user named them; none for the last two. */
  readonly runs: readonly string[];
}

export function showDiff(context: StoreContext, options: DiffOptions): void {
  const output = context.output(options);
  const store = context.datastore(options);
  const owner = ownerMeant(context, options);
  if (options.runs.length === 1) throw onlyOne(options.runs[0] ?? "");
  const texts = options.runs.length === 0 ? ["latest~1", "latest"] : options.runs;
  const runs = texts.map((text) => runAt(store, { flow: flowMeant(context, { store, text }), text, owner }));
  const [before, after, ...others] = runs;
  if (before === undefined || after === undefined || others.length > 0) return showManyRuns(runs, { store, output });
  showTwoRuns([before, after], { store, output });
}

function runAt(store: Datastore, at: ResolveRunOptions): RunSummary {
  const { flow, run } = parsePathspec(at.text, { flow: at.flow, flows: store.flows() });
  return readRun(store, { flow, run: resolveRun(store, { ...at, flow, text: run }) });
}

function onlyOne(text: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot compare runs because only one is named: ${text}`,
    hint: `name another one, as in diff ${text} latest, or none for your last two`,
  });
}
