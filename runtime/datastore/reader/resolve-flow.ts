import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../sdk/base/nearest.ts";
import type { Datastore } from "../datastore.ts";

/** This many names a message lists. */
const MAX_LISTED = 20;

/**
 * The name, if the store holds a flow of it.
 * @throws MillraceError `MILLRACE_UNKNOWN_FLOW` if it holds none
 */
export function resolveFlow(store: Datastore, flow: string): string {
  const flows = store.flows();
  if (flows.includes(flow)) return flow;
  const { location } = store.storage;
  if (flows.length === 0) {
    throw new MillraceError({
      code: "MILLRACE_UNKNOWN_FLOW",
      headline: `Cannot find the flow ${flow} because this datastore holds no run of any flow`,
      details: [`datastore: ${location}`],
      hint: "run a flow first, or name another datastore: the option datastore, or the variable MILLRACE_DATASTORE",
    });
  }
  const meant = nearest(flow, flows);
  const more = flows.length > MAX_LISTED ? `, … (${flows.length} in all)` : "";
  throw new MillraceError({
    code: "MILLRACE_UNKNOWN_FLOW",
    headline: `Cannot find the flow ${flow} because this datastore holds no run of it`,
    details: [`datastore: ${location}`, `flows: ${flows.slice(0, MAX_LISTED).join(", ")}${more}`],
    hint: meant === null ? "give one of these, or name another datastore" : `did you mean ${meant}?`,
  });
}
