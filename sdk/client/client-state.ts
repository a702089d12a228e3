import type { Datastore } from "../../runtime/datastore/datastore.ts";
import type { Namespace } from "../../runtime/datastore/reader/namespace.ts";

/** What the client keeps for a process: a notebook sets the namespace once, and a bucket is connected to once. */
export interface ClientState {
  namespace: Namespace;
  /** Datastores behind a network by location: each has a thread of its own. */
  readonly stores: Map<string, Datastore>;
}

const KEY = Symbol.for("millrace.client");

/** On `globalThis`, as a process can hold two copies of the package. */
export function clientState(): ClientState {
  const holder = globalThis as { [KEY]?: ClientState };
  return (holder[KEY] ??= { namespace: "all", stores: new Map() });
}
