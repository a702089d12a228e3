import { instantsOf } from "../../../catalog/features/instants-of.ts";
import { materializeView } from "../../../catalog/features/online/materialize-view.ts";
import { counted } from "../../../text/counted.ts";
import { durationText } from "../../../text/duration-text.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { MaterializeFlags } from "./flags.ts";
import { viewNamed, viewsInFile } from "./views-in-file.ts";

/** `features materialize FILE`. */
export async function materializeFeatures(context: StoreContext, file: string, flags: MaterializeFlags): Promise<void> {
  const output = context.output(flags);
  const where = () => "--until";
  const given = flags.until ?? Date.now();
  const [until = 0] = instantsOf([given], { name: "the instant", length: 1, title: "the command line", where });
  const all = await viewsInFile(context, file);
  const views = flags.view === undefined ? [...all.values()] : flags.view.map((name) => viewNamed(all, name));
  const store = context.datastore(flags);
  const { username, onlineStore } = context.settings;
  const made = [];
  for (const view of views) {
    const startedAt = performance.now();
    const waits = ({ host, pid }: { readonly host: string; readonly pid: number }) =>
      output.note(`${view.name}: process ${pid} on ${host} is at it; waiting for it`);
    const mends = (problem: string) => output.note(`${view.name}: ${problem}; it is made anew`);
    const options = { until, username, back: flags.back, onlineStore, waits, mends };
    const { snapshot, parts, read, isComputed, isKept } = await materializeView(store, view, options);
    const { version, keys, rows } = snapshot;
    const instant = new Date(snapshot.until).toISOString();
    made.push({ view: view.name, version, until: instant, keys, rows, parts, read, isComputed, isKept });
    if (isKept) output.note(`${view.name}: --back makes the snapshot of the earlier instant nevertheless`);
    if (output.isJson) continue;
    const ms = durationText(performance.now() - startedAt);
    const same = isKept ? `left as it is, as of ${instant}, which is later` : "unchanged, nothing was computed";
    const did = isComputed ? `read ${read} of ${parts} parts, computed in ${ms}` : same;
    output.print(`${view.name} version ${version}: ${counted(keys, "key")} of ${counted(rows, "row")}; ${did}`);
  }
  if (output.isJson) output.json(made);
}
