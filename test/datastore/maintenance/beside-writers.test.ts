import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hashOf } from "../../../runtime/datastore/blobs.ts";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { collectGarbage } from "../../../runtime/datastore/maintenance/collect-garbage.ts";
import { outliveGcsSince, timeBetweenGcs } from "../../../runtime/datastore/maintenance/outlive-collection.ts";
import { takeLease } from "../../../runtime/datastore/maintenance/lease.ts";
import { type Datastore, datastoreOn } from "../../../runtime/datastore/datastore.ts";
import { thisMachine } from "../../../runtime/datastore/reader/is-alive.ts";
import type { Storage } from "../../../runtime/datastore/storage.ts";
import { readFully } from "./read-fully.ts";
import { ageFiles, careStore, DAY_MS, HOUR_MS, large, type StoredRun, storeRun } from "./stored-run.ts";

const ALL = { rules: [], flow: null, isDryRun: false, signal: new AbortController().signal, progress: () => undefined };
const NONE = { text: "0", kind: "latest", count: 0 } as const;

let store: Datastore;
let folder: string;
let remove: () => void;

beforeEach(() => ({ store, folder, remove } = careStore()));
afterEach(() => remove());

/** The same storage; something happens around its calls, as another process would do it. */
function disturbed(storage: Storage, calls: Partial<Storage>): Datastore {
  return datastoreOn({ ...storage, ...calls });
}

function stored(content: number): { hash: string; key: string; put(at?: Datastore): void } {
  const bytes = large(content);
  const hash = hashOf([bytes]);
  return { hash, key: blobKey(hash), put: (at = store) => at.blobs.put(hash, [bytes]) };
}

describe("a writer that stores what is there already, and old", () => {
  test("is seen when it comes before the blob's folder is listed", async () => {
    const blob = stored(1);
    blob.put();
    ageFiles(folder, 2 * HOUR_MS);
    let lists = 0;
    const gcStore = disturbed(store.storage, {
      *walk(prefix) {
        // Between the first look at all blobs and the second one at this folder.
        if (prefix.startsWith("blobs/sha256/") && ++lists === 1) {
          blob.put();
          expect(store.storage.flush()).toEqual([blob.key]);
        }
        yield* store.storage.walk(prefix);
      },
    });
    expect((await collectGarbage(gcStore, ALL)).removed.blobs.count).toBe(0);
    expect(store.blobs.get(blob.hash)).toHaveLength(2000);
    expect(lists).toBe(1);
  });

  test("waits where it came later, and is told if the blob is gone", async () => {
    const blob = stored(1);
    blob.put();
    ageFiles(folder, 2 * HOUR_MS);
    const looks: string[] = [];
    const writer = disturbed(store.storage, {
      list(prefix) {
        if (prefix === "gc") looks.push(`look ${store.storage.has(blob.key)}`);
        return store.storage.list(prefix);
      },
    });
    const gcStore = disturbed(store.storage, {
      remove(keys) {
        if (!keys.includes(blob.key)) return store.storage.remove(keys);
        blob.put(writer);
        store.storage.remove(keys);
      },
    });
    await collectGarbage(gcStore, ALL);
    expect(() => writer.blobs.settle()).toThrow(/MILLRACE_COLLECTED|gc has just removed a part of it/);
    expect(looks).toEqual(["look false"]);
    // Told once; stored anew it is there.
    blob.put();
    store.blobs.settle();
    expect(store.blobs.get(blob.hash)).toHaveLength(2000);
  });

  test("waits while a gc removes from the blob's folder, and no longer", () => {
    const blob = stored(1);
    const other = stored(2);
    blob.put();
    other.put();
    ageFiles(folder, 2 * HOUR_MS);
    const lease = takeLease(store.storage, { ...thisMachine, host: "elsewhere" });
    lease.hold(path.posix.dirname(blob.key));
    let looks = 0;
    const writer = disturbed(store.storage, {
      list(prefix) {
        if (prefix === "gc" && ++looks === 3) lease.hold(null);
        return store.storage.list(prefix);
      },
    });
    other.put(writer);
    writer.blobs.settle();
    expect(looks).toBe(1);
    blob.put(writer);
    writer.blobs.settle();
    expect(looks).toBe(3);
  });

  test("does not wait for a gc whose process was killed", () => {
    const blob = stored(1);
    blob.put();
    ageFiles(folder, 2 * HOUR_MS);
    const dead = takeLease(store.storage, thisMachine);
    dead.hold(path.posix.dirname(blob.key));
    const [file = ""] = fs.readdirSync(path.join(folder, "gc"));
    const at = path.join(folder, "gc", file);
    // No process has this number.
    fs.writeFileSync(at, fs.readFileSync(at, "utf8").replace(/"pid":\d+/, '"pid":99999999'));
    blob.put();
    store.blobs.settle();
    expect(store.blobs.get(blob.hash)).toHaveLength(2000);
  });

  test("asks for nothing where no blob was old", () => {
    const writer = disturbed(store.storage, {
      list(prefix) {
        throw new Error(`asked for ${prefix}`);
      },
    });
    const blob = stored(1);
    blob.put(writer);
    blob.put(writer);
    writer.blobs.settle();
  });
});

describe("a task that takes a cached result", () => {
  test("is told whether a gc came in between, and whether it took something", async () => {
    const [there, gone] = [stored(1), stored(2)];
    there.put();
    gone.put();
    const time = timeBetweenGcs(store.storage) ?? "";
    const keys = (list: readonly string[]) => ({ time, keys: () => list });
    store.storage.remove([gone.key]);
    outliveGcsSince(store.storage, keys([gone.key]));
    await collectGarbage(store, ALL);
    outliveGcsSince(store.storage, keys([there.key]));
    expect(() => outliveGcsSince(store.storage, keys([there.key, gone.key]))).toThrow("gc has just removed");
  });

  test("finds no time between gcs while one is at work", () => {
    const lease = takeLease(store.storage, { ...thisMachine, host: "elsewhere" });
    expect(timeBetweenGcs(store.storage)).toBeNull();
    lease.end();
    expect(timeBetweenGcs(store.storage)).toEqual(expect.any(String));
  });
});

describe("a resume that begins while its origin is removed", () => {
  test("keeps the origin and its origins if it was first", async () => {
    const first = storeRun(store, { run: "a-1", artifacts: { model: large(1) } });
    const second = storeRun(store, { run: "a-2", origin: first, artifacts: { model: large(1) }, checkpoint: large(2) });
    const gone = storeRun(store, { run: "a-0", artifacts: { model: large(5) } });
    ageFiles(folder, 2 * HOUR_MS);
    let third: StoredRun | null = null;
    const gcStore = disturbed(store.storage, {
      remove(keys) {
        if (keys.includes(`${second.folder}/run.json`))
          third ??= storeRun(store, {
            run: "a-3",
            origin: { ...second, locator: first.locator },
            ageMs: 0,
            end: "open",
            beatMs: 0,
          });
        store.storage.remove(keys);
      },
    });
    const report = await collectGarbage(gcStore, { ...ALL, rules: [NONE] });
    for (const run of [first, second, third!]) readFully(store, run);
    expect(store.runs("Sample")).toEqual(["a-1", "a-2", "a-3"]);
    expect(store.storage.has(`${gone.folder}/run.json`)).toBe(false);
    expect(report.removed.runs.count).toBe(1);
    expect(store.storage.list("gc")).toEqual(["lease-1.json"]);
  });

  test("is undone by the next gc if this one was killed before it could look", async () => {
    const first = storeRun(store, { run: "a-1", artifacts: { model: large(1) } });
    const killed = disturbed(store.storage, {
      remove(keys) {
        store.storage.remove(keys);
        if (keys.includes(`${first.folder}/run.json`)) throw new Error("killed");
      },
    });
    await expect(collectGarbage(killed, { ...ALL, rules: [NONE] })).rejects.toThrow("killed");
    expect(store.storage.has(`${first.folder}/run.json`)).toBe(false);
    const second = storeRun(store, { run: "a-2", origin: first, ageMs: 0, end: "open", beatMs: 0 });
    await collectGarbage(store, { ...ALL, rules: [NONE] });
    for (const run of [first, second]) readFully(store, run);
  });
});

test("a run that begins after gc has looked keeps what it stores and what it resumes", async () => {
  const first = storeRun(store, { run: "a-1", artifacts: { model: large(1) } });
  ageFiles(folder, 2 * HOUR_MS);
  let second: StoredRun | null = null;
  const gcStore = disturbed(store.storage, {
    *walk(prefix) {
      if (prefix === "blobs/sha256") {
        second ??= storeRun(store, {
          run: "a-2",
          origin: first,
          ageMs: 0,
          artifacts: { other: large(2) },
          checkpoint: large(3),
        });
      }
      yield* store.storage.walk(prefix);
    },
  });
  await collectGarbage(gcStore, { ...ALL, rules: [{ text: "a-1", kind: "run", flow: "Sample", run: "a-1" }] });
  for (const run of [first, second!]) readFully(store, run);
});

test("an interrupted gc gives the lease back, and the next one ends the work", async () => {
  for (let count = 0; count < 5; count += 1) storeRun(store, { run: `a-${count}`, ageMs: DAY_MS });
  const stopping = new AbortController();
  const gcStore = disturbed(store.storage, {
    remove(keys) {
      store.storage.remove(keys);
      if (keys.some((key) => key.includes("/a-"))) stopping.abort(new Error("interrupted"));
    },
  });
  const interrupted = collectGarbage(gcStore, { ...ALL, rules: [NONE], signal: stopping.signal });
  await expect(interrupted).rejects.toThrow("interrupted");
  ageFiles(folder, 2 * HOUR_MS);
  await collectGarbage(store, { ...ALL, rules: [NONE] });
  expect(store.flows()).toEqual([]);
});
