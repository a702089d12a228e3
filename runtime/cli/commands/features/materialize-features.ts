import type { Command } from "commander";
import type { MaterializedByFlow } from "../../../../sdk/features/materialize-flow-of.ts";
import { instantsOf } from "../../../catalog/features/instants-of.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { loadArtifact } from "../../../datastore/load-artifact.ts";
import { readRun } from "../../../datastore/reader/read-run.ts";
import { refIn } from "../../../datastore/records.ts";
import { counted } from "../../../text/counted.ts";
import { durationText } from "../../../text/duration-text.ts";
import type { CliContext, StoreContext } from "../../cli-context.ts";
import { commandFields } from "../../command-fields.ts";
import { refuseOfBeginning } from "../../refuse-of-beginning.ts";
import { runFlow } from "../run/run.ts";
import type { MaterializeFlags } from "./flags.ts";
import { materializeFlowIn } from "./materialize-flow-in.ts";
import { viewNamed } from "./views-in-file.ts";

const OF_BEGINNING = ["until", "view", "back"];

export interface MaterializeRequest {
  /** As the user named it. */
  readonly file: string;
  readonly flags: MaterializeFlags;
  readonly command: Command;
}

/** `features materialize FILE`: a run of a flow, and then what it made of each view. */
export async function materializeFeatures(
  context: StoreContext,
  { file, flags, command }: MaterializeRequest,
): Promise<void> {
  const output = context.output(flags);
  const { resume } = flags;
  if (resume !== undefined) refuseOfBeginning(command, OF_BEGINNING);
  const until = untilOf(flags);
  const { Flow, bundle, file: flowFile, views } = await materializeFlowIn(context, file);
  const named = flags.view === undefined ? [...views.values()] : flags.view.map((name) => viewNamed(views, name));
  const place = { Flow, flowFile, flowName: Flow.name };
  const fields = await commandFields({ ...place, cwd: context.cwd }, []);
  const flow: CliContext = { ...context, ...place, fields, bundle, early: null };
  const values = {
    until: [String(until)],
    views: [...new Set(named.map(({ name }) => name))],
    back: [String(flags.back === true)],
  };
  const texts = Object.entries(values).map(([name, given]) => [name, { texts: given, source: name }] as const);
  const run = await runFlow(flow, {
    ...{ flags, command },
    parameters: new Map(resume === undefined ? texts : []),
    resume: resume === undefined ? null : { step: null, run: resume === true ? null : resume, isDryRun: false },
    resumeWith: `features materialize ${file} --resume`,
    lookWith: context.programName,
  });
  if (run === null || !run.isDone) return;
  const made = madeBy(context.datastore(flags), run);
  for (const { view, isKept } of made)
    if (isKept) output.note(`${view}: --back makes the snapshot of the earlier instant nevertheless`);
  if (output.isJson) {
    const told = made.map(({ tookMs, ...one }) => ({ ...one, tookMs: Math.round(tookMs) }));
    return output.json({ time: Date.now(), type: "materialized", views: told });
  }
  for (const one of made) output.print(madeText(one));
}

/** Settled before the run begins: it is the same for all views, and for a run that goes on. */
function untilOf({ until: given = Date.now() }: { readonly until?: number | string }): number {
  const where = () => "--until";
  const [until = 0] = instantsOf([given], { name: "the instant", length: 1, title: "the command line", where });
  return until;
}

/** What the last step has of it. */
function madeBy(
  store: Datastore,
  { flow, run }: { readonly flow: string; readonly run: string },
): readonly MaterializedByFlow[] {
  const end = readRun(store, { flow, run }).tasks.find(({ step }) => step === "end");
  const table = end?.result == null ? {} : store.record(flow, run).resultAt(end.result).artifacts;
  const ref = refIn(table, "made");
  return ref === undefined ? [] : (loadArtifact(store.blobs, "made", ref) as readonly MaterializedByFlow[]);
}

function madeText({ view, version, keys, rows, parts, read, isComputed, isKept, until, tookMs }: MaterializedByFlow) {
  const same = isKept
    ? `left as it is, as of ${until.toISOString()}, which is later`
    : "unchanged, nothing was computed";
  const did = isComputed ? `read ${read} of ${parts} parts, computed in ${durationText(tookMs)}` : same;
  return `${view} version ${version}: ${counted(keys, "key")} of ${counted(rows, "row")}; ${did}`;
}
