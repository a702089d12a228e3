import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import { collectGarbage } from "../../../datastore/maintenance/collect-garbage.ts";
import { parseKeepRule } from "../../../datastore/maintenance/keep-rule.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import type { GcFlags } from "./flags.ts";
import type { StoreContext } from "../../cli-context.ts";
import { flowMeant } from "../../flow-meant.ts";
import { onInterrupt } from "../../on-interrupt.ts";
import { ownerMeant } from "../../owner-meant.ts";
import { gcJson, gcText } from "./text.ts";

/** Short work needs no progress. */
const QUIET_MS = 1000;

export async function runGc(context: StoreContext, flags: GcFlags): Promise<void> {
  const output = context.output(flags);
  const store = context.datastore(flags);
  const flow = flags.flow ?? null;
  if (flow !== null) checkFlow(store, flow);
  const owner = ownerMeant(context, {});
  const rules = flags.keep.map((text) =>
    parseKeepRule(text, { store, owner, flow: () => flow ?? flowMeant(context, { store, text }) }),
  );
  const startedAt = Date.now();
  const stopping = new AbortController();
  const interruption = onInterrupt(
    () => stopping.abort(interrupted()),
    () => output.note("interrupted: gc stops after its current operation"),
  );
  const progress = (text: string) => {
    if (Date.now() - startedAt > QUIET_MS) output.note(output.colors.dim(`${text} …`));
  };
  const options = { rules, flow, isDryRun: flags.dryRun === true, signal: stopping.signal, progress };
  try {
    const report = await collectGarbage(store, options);
    if (output.isJson) return output.json(gcJson(report));
    output.print(gcText(report, { colors: output.colors, hasRules: rules.length > 0 }));
  } catch (error) {
    if (!interruption.happened() || error !== stopping.signal.reason) throw error;
    output.note((error as MillraceError).headline);
    process.exitCode = 130;
  } finally {
    interruption.stop();
  }
}

function checkFlow(store: Datastore, flow: string): void {
  const flows = store.flows();
  if (flows.includes(flow)) return;
  const near = nearest(flow, flows);
  throw new MillraceError({
    code: "MILLRACE_UNKNOWN_FLOW",
    headline: `Cannot remove runs of ${flow} because this datastore holds no flow of that name`,
    details: [`flows: ${flows.join(", ") || "none"}`],
    ...(near === null ? {} : { hint: `did you mean ${near}?` }),
  });
}

function interrupted(): MillraceError {
  return new MillraceError({
    code: "MILLRACE_INTERRUPTED",
    headline: "gc was interrupted: what it removed so far was garbage, the rest is left for the next gc",
  });
}
