import type { Datastore } from "../datastore.ts";
import type { RunPlace } from "../run-keys.ts";

/** A later run that resumed this one; null if there is none. */
export function findSuccessor(store: Datastore, { flow, run }: RunPlace): string | null {
  // Ids begin with the time.
  const later = store.runs(flow).filter((other) => other > run);
  return later.find((other) => originOf(store, { flow, run: other }) === run) ?? null;
}

/** Null as well for a run that is no longer there, or whose document cannot be read. */
function originOf(store: Datastore, { flow, run }: RunPlace): string | null {
  try {
    return store.record(flow, run).document().originRun;
  } catch {
    return null;
  }
}
