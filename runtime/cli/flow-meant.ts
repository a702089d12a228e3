import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { Datastore } from "../datastore/datastore.ts";
import type { StoreContext } from "./cli-context.ts";

/**
 * The flow that a pathspec is about if it names none: that of the flow file, else the only one in the datastore, else the
 * only one that has such a run.
 * @throws MillraceError `MILLRACE_USAGE` where that is none or several, and the text names no flow
 */
export function flowMeant(context: StoreContext, { store, text }: { store: Datastore; text: string | null }): string {
  if (context.flowName !== null) return context.flowName;
  const flows = store.flows();
  const [first = ""] = (text ?? "").split("/");
  if (flows.includes(first)) return first;
  const [only, ...others] = flows;
  if (only !== undefined && others.length === 0) return only;
  const having = first === "" ? [] : flows.filter((flow) => store.runs(flow).some((id) => isMeant(id, first)));
  if (having.length === 1 && having[0] !== undefined) return having[0];
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot tell which flow is meant because ${text === null ? "no flow file" : `neither a flow file nor ${JSON.stringify(text)}`} names one`,
    details: [`datastore: ${store.storage.location}`, `flows: ${flows.join(", ") || "none"}`],
    hint:
      only === undefined ? "name another datastore with --datastore" : `name the flow file, or a run as ${only}/latest`,
  });
}

/** As a run is named: by its id, the beginning or the end of it. */
function isMeant(id: string, text: string): boolean {
  return id.startsWith(text) || id.endsWith(text);
}
