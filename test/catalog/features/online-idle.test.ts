import { expect, test } from "vitest";
import { materializeView } from "../../../runtime/catalog/features/online/materialize-view.ts";
import { OnlineView } from "../../../runtime/catalog/features/online/online-view.ts";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { datastoreOn } from "../../../runtime/datastore/datastore.ts";
import type { FeatureSnapshot } from "../../../runtime/datastore/kinds/feature-snapshot.ts";
import type { ObjectReader, Storage } from "../../../runtime/datastore/storage.ts";
import { count, entity, featureView, rows, sum } from "../../../sdk/features/index.ts";
import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";

const customer = entity("customer", { keys: { id: "string" } });
const UNTIL = Date.UTC(2026, 2, 29);
const KEYS = 600;

/** A bucket whose answers a test can hold up, read by one that was told to block nothing. */
function bucket() {
  const memory = memoryStorage();
  const seen = { looks: 0, removed: new Set<string>(), blocked: [] as string[] };
  let gate: Promise<unknown> = Promise.resolve();
  const guarded = (key: string, reader: ObjectReader | null): ObjectReader | null =>
    reader === null
      ? null
      : {
          ...reader,
          async readSoon(target, position) {
            await gate;
            if (seen.removed.has(key)) throw new Error(`${key} was removed while it was read`);
            await reader.readSoon(target, position);
          },
          read(...given) {
            seen.blocked.push(key);
            reader.read(...given);
          },
        };
  const remote: Storage = {
    ...memory,
    isRemote: true,
    async readSoon(key) {
      if (key.endsWith("online.json")) seen.looks += 1;
      await gate;
      return memory.read(key);
    },
    openSoon: async (key) => (seen.removed.has(key) ? null : guarded(key, await memory.openSoon(key))),
    read: (key) => (seen.blocked.push(key), memory.read(key)),
    open: (key) => (seen.blocked.push(key), guarded(key, memory.open(key))),
  };
  const materialize = async (amount: number): Promise<FeatureSnapshot> => {
    const data = Array.from({ length: KEYS }, (_, at) => ({ id: `c${at}`, at: UNTIL, amount }));
    return (await materializeView(datastoreOn(memory), viewOf(data), { until: UNTIL, username: "ada" })).snapshot;
  };
  let now = 0;
  const online = new OnlineView(datastoreOn(remote), "orders", { now: () => now, patienceMs: 1 });
  const spent = async (id = "c0") => {
    const asked = { length: 1, columns: new Map([["id", [id]]]), isText: false, where: String };
    return (await online.answer(viewOf([]), ["spent"], asked)).values.get("spent")?.[0];
  };
  return {
    ...{ seen, materialize, spent },
    at: (ms: number) => (now = ms),
    hold(until: Promise<unknown>) {
      gate = until;
    },
    remove: (blob: string) => seen.removed.add(blobKey(blob)),
  };
}

function viewOf(data: readonly object[]) {
  const source = rows(data, { event: "at" });
  return featureView("orders", { entity: customer, source, features: { spent: sum("amount"), rows: count() } }).all
    .definition;
}

test("in a bucket, who asks all the time is answered at once, and gets the next snapshot after 5 seconds", async () => {
  const { seen, at, materialize, spent } = bucket();
  await materialize(1);
  expect(await spent()).toBe(1);
  await materialize(50);
  at(4999);
  expect([await spent(), seen.looks]).toEqual([1, 1]);
  at(5001);
  expect([await spent(), seen.looks]).toEqual([1, 2]);
  await expect.poll(() => spent()).toBe(50);
  expect([seen.looks, seen.blocked]).toEqual([2, []]);
});

test("in a bucket, who was idle is not answered from a snapshot that has been replaced, and no call blocks the process", async () => {
  const { seen, at, materialize, spent } = bucket();
  await materialize(1);
  expect(await spent()).toBe(1);
  await materialize(50);
  at(10_001);
  expect(await Promise.all([spent(), spent("c1")])).toEqual([50, 50]);
  expect([seen.looks, seen.blocked]).toEqual([2, []]);
});

test("where the bucket does not answer, the snapshot that is open does, and later calls do not wait", async () => {
  const { seen, at, hold, materialize, spent } = bucket();
  await materialize(1);
  expect(await spent()).toBe(1);
  await materialize(50);
  let open: (value?: unknown) => void = () => undefined;
  hold(new Promise((resolve) => (open = resolve)));
  at(20_000);
  expect([await spent(), await spent(), seen.looks]).toEqual([1, 1, 2]);
  open();
  await expect.poll(() => spent()).toBe(50);
  hold(Promise.reject(new Error("the bucket is out of reach")).finally(() => undefined));
  at(40_000);
  expect(await spent()).toBe(50);
});

test("a reader whose snapshot gc removed after it was replaced takes up the next one, and answers", async () => {
  const { seen, remove, materialize, spent } = bucket();
  const { blob } = await materialize(1);
  expect(await spent("c0")).toBe(1);
  await materialize(50);
  remove(blob);
  // Of another block, which it has not read yet.
  expect(await spent("c99")).toBe(50);
  expect([await spent("c0"), seen.blocked]).toEqual([50, []]);
});

test("a snapshot that was replaced and removed while it was opened is not missed", async () => {
  const { hold, remove, materialize, spent } = bucket();
  const { blob } = await materialize(1);
  remove(blob);
  await expect(spent()).rejects.toThrow(/the snapshot of orders is not in/u);
  let open: (value?: unknown) => void = () => undefined;
  hold(new Promise((resolve) => (open = resolve)));
  const asked = spent();
  await materialize(50);
  open();
  expect(await asked).toBe(50);
});
