import { expect, test } from "vitest";
import { checkStore } from "../../../runtime/datastore/maintenance/check-store.ts";
import { collectGarbage } from "../../../runtime/datastore/maintenance/collect-garbage.ts";
import { type Datastore, datastoreOn } from "../../../runtime/datastore/datastore.ts";
import { thisMachine } from "../../../runtime/datastore/reader/is-alive.ts";
import type { Storage } from "../../../runtime/datastore/storage.ts";
import { readFully } from "./read-fully.ts";
import {
  ageFiles,
  careStore,
  DAY_MS,
  HOUR_MS,
  large,
  pictureOf,
  type StoredRun,
  storeCacheEntry,
  storeRun,
} from "./stored-run.ts";

const KEEP_TWO = { rules: [{ text: "2", kind: "latest", count: 2 }], flow: null, isDryRun: false } as const;
const QUIET = { signal: new AbortController().signal, progress: () => undefined };
/** After the kill: no process has the number that the lease names. */
const LATER = { ...thisMachine, hasProcess: () => false };

/** Two runs that are kept, of which one resumes a third; the others share blobs with them. */
function filled(store: Datastore): StoredRun[] {
  const doomed = [1, 2, 3].map((index) =>
    storeRun(store, { run: `a-${index}`, ageMs: 9 * DAY_MS, artifacts: { own: large(index), shared: large(7) } }),
  );
  const origin = storeRun(store, { run: "a-4", ageMs: 8 * DAY_MS, artifacts: { model: large(4) }, items: [large(5)] });
  const resumed = storeRun(store, { run: "a-5", origin });
  const last = storeRun(store, { run: "a-6", artifacts: { shared: large(7) }, checkpoint: large(8) });
  storeCacheEntry(store, { name: 1, locator: doomed[0]!.locator });
  storeRun(store, { run: "s-1", root: "spins", ageMs: 9 * DAY_MS });
  store.storage.write("blobs/sha256/ab/.tmp-1-1", [Buffer.from("x")]);
  return [origin, resumed, last];
}

/** Fails at the given change, and at all that come after it: what a killed process does not do. */
function dyingAt(storage: Storage, change: number): { storage: Storage; changes: () => number } {
  let count = 0;
  const counted = <A extends unknown[], R>(action: (...args: A) => R) => {
    return (...args: A): R => {
      count += 1;
      if (count >= change) throw new Error("killed");
      return action(...args);
    };
  };
  const { write, create } = storage;
  const removeOne = counted((key: string) => storage.remove([key]));
  return {
    storage: { ...storage, write: counted(write), create: counted(create), remove: (keys) => keys.forEach(removeOne) },
    changes: () => count,
  };
}

test("a gc that is killed at any point loses nothing, and the next one ends its work", async () => {
  const keysWhenDone: string[] = [];
  for (let change = 1; ; change += 1) {
    const { store, folder, remove } = careStore();
    try {
      const kept = filled(store);
      ageFiles(folder, 2 * HOUR_MS);
      const before = kept.map((run) => readFully(store, run));
      const dying = dyingAt(store.storage, change);
      const isDone = await collectGarbage(datastoreOn(dying.storage), { ...KEEP_TWO, ...QUIET }).then(
        () => true,
        () => false,
      );
      const at = `killed at change ${change}`;
      expect(
        kept.map((run) => readFully(store, run)),
        at,
      ).toEqual(before);
      const options = { isQuick: false, isRepair: false, copyOf: null, ...QUIET };
      expect((await checkStore(store, options)).problems, at).toEqual([]);
      ageFiles(folder, 2 * HOUR_MS);
      await collectGarbage(store, { ...KEEP_TWO, ...QUIET, observer: LATER });
      expect(
        kept.map((run) => readFully(store, run)),
        at,
      ).toEqual(before);
      const names = Object.keys(pictureOf(folder)).filter((key) => !key.startsWith("gc/"));
      const keys = names.map((key) => key.replace(/results\/.*/, "results"));
      if (keysWhenDone.length === 0) keysWhenDone.push(...keys);
      expect(keys, at).toEqual(keysWhenDone);
      if (!isDone) continue;
      expect(change).toBeGreaterThan(20);
      return;
    } finally {
      remove();
    }
  }
});
