import { checkStore, type FsckOptions } from "../../../runtime/datastore/maintenance/check-store.ts";
import type { FsckReport } from "../../../runtime/datastore/maintenance/problem.ts";
import { type Datastore, openDatastore } from "../../../runtime/datastore/datastore.ts";
import { large, type StoredRun, storeRun } from "./stored-run.ts";

/** `fsck` on a folder; as it does without options unless they say otherwise. */
export function checkFolder(folder: string, more: Partial<FsckOptions> = {}): Promise<FsckReport> {
  return check(openDatastore(folder, { isForCare: true }), more);
}

/** The same on any store. */
export function check(store: Datastore, more: Partial<FsckOptions> = {}): Promise<FsckReport> {
  const signal = new AbortController().signal;
  const options = { isQuick: false, isRepair: false, copyOf: null, signal, progress: () => undefined };
  return checkStore(store, { ...options, ...more });
}

/** A run with something of every kind in it: blobs of what is large, values in the record of what is not. */
export function wholeRun(store: Datastore): StoredRun {
  return storeRun(store, {
    run: "a-1",
    parameters: { table: large(1), count: 3 },
    artifacts: { model: large(2), score: 0.5 },
    items: [large(3), "small"],
    checkpoint: large(4),
    beatMs: 1000,
  });
}
