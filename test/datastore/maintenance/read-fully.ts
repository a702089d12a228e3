import { loadArtifact } from "../../../runtime/datastore/load-artifact.ts";
import type { Datastore } from "../../../runtime/datastore/datastore.ts";
import type { ArtifactRef } from "../../../runtime/datastore/records.ts";
import type { StoredRun } from "./stored-run.ts";

/** Loads everything that a run can reach, as its readers would; throws if something is missing. */
export function readFully(store: Datastore, { flow, run }: Pick<StoredRun, "flow" | "run">): unknown[] {
  const record = store.record(flow, run);
  const document = record.document();
  const values: unknown[] = [Buffer.from(store.blobs.get(document.code)).toString()];
  const load = (table: Readonly<Record<string, ArtifactRef>>) => {
    for (const [name, ref] of Object.entries(table)) values.push(loadArtifact(store.blobs, name, ref));
  };
  load(document.parameters);
  for (const event of record.events()) {
    if (event.type !== "task-succeeded" && event.type !== "task-reused") continue;
    load(record.resultAt(event.result).artifacts);
    for (const list of event.next.kind === "foreach" ? event.next.items.blobs : []) {
      load(Object.fromEntries(Object.entries(JSON.parse(Buffer.from(store.blobs.get(list)).toString()))) as never);
    }
  }
  const saved = record.checkpoint({ step: "start", path: "0" });
  if (saved !== null) load({ checkpoint: saved.value });
  return values;
}
