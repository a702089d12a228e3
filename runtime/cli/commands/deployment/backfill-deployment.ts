import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { Deployments } from "../../../datastore/deployments.ts";
import { targetNamed } from "../../../deploy/index.ts";
import { readInstant } from "../../../deploy/triggers/read-instant.ts";
import type { StoreContext } from "../../cli-context.ts";
import { counted } from "../../../text/counted.ts";
import { tableText } from "../../show/table-text.ts";
import type { BackfillFlags } from "./flags.ts";

/** `deployment backfill NAME --from --to`: returns once the runs are queued. */
export async function backfillDeployment(context: StoreContext, flags: BackfillFlags): Promise<void> {
  const { name } = flags;
  const { settings } = context;
  const output = context.output(flags);
  const [from, to] = [readInstant(flags.from, "--from"), readInstant(flags.to, "--to")];
  const store = context.datastore(flags);
  const version = new Deployments(store.storage).knownVersion(name);
  const deployer = await targetNamed(version.target).load();
  if (deployer.backfill === undefined)
    throw new MillraceError({
      code: "MILLRACE_TARGET",
      headline: `Cannot backfill ${name} because its target cannot: ${version.target}`,
      hint: "trigger it by hand for each, or deploy the flow to local as well, under another --name",
    });
  const span = { from, to, maxActive: flags.maxActive ?? null, now: Date.now() };
  const done = await deployer.backfill({ version, store, settings }, span);
  const rows = done.map(({ instant, run, isNew }) => ({ instant: new Date(instant).toISOString(), run, isNew }));
  if (output.isJson) return output.json({ deployment: name, version: version.version, flow: version.flow, runs: rows });
  output.print(
    tableText({
      header: ["INSTANT", "RUN", ""],
      styleHeader: output.colors.dim,
      rows: rows.map(({ instant, run, isNew }) => [instant, run, isNew ? "queued" : "was there before"]),
    }),
  );
  const fresh = rows.filter(({ isNew }) => isNew).length;
  output.note(`${counted(fresh, "run")} of ${rows.length} queued`);
}
