import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LayeredSnapshot } from "../../../runtime/catalog/features/online/layered-snapshot.ts";
import { materializeView } from "../../../runtime/catalog/features/online/materialize-view.ts";
import { snapshotBytes } from "../../../runtime/catalog/features/online/snapshot-bytes.ts";
import { rowsThatTell, type SnapshotRows } from "../../../runtime/catalog/features/online/snapshot-rows.ts";
import { type StoredParts, writeSnapshot } from "../../../runtime/catalog/features/online/write-snapshot.ts";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { type Datastore, datastoreOn, openDatastore } from "../../../runtime/datastore/datastore.ts";
import { type FeatureSnapshot, snapshotParts } from "../../../runtime/datastore/kinds/feature-snapshot.ts";
import { collectGarbage } from "../../../runtime/datastore/maintenance/collect-garbage.ts";
import { entity, featureView, features, last, rows, sum } from "../../../sdk/features/index.ts";
import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { dying } from "./dying.ts";

const MADE = { version: 1, until: 0, made: "", view: "view" };
function pace(): void {
  return;
}

function recordOf(parts: StoredParts): FeatureSnapshot {
  return { ...MADE, ...parts } as unknown as FeatureSnapshot;
}

type Values = readonly [number: unknown, any: unknown];
const EMPTY = new Map<string, number | null>([
  ["number", 0],
  ["any", null],
]);

function rowsIn(state: ReadonlyMap<string, Values>): SnapshotRows {
  const column = (at: 0 | 1) => [...state.values()].map((values) => values[at]);
  const columns = new Map([
    ["number", column(0)],
    ["any", column(1)],
  ]);
  return rowsThatTell({ keys: [...state.keys()], columns, empty: EMPTY });
}

async function allOf(snapshot: LayeredSnapshot): Promise<SnapshotRows> {
  const state = new Map<string, Values>();
  for await (const some of snapshot.rows())
    for (const [key, row] of some) state.set(key, [snapshot.value("number", row), snapshot.value("any", row)]);
  return rowsIn(state);
}

const number = fc.oneof(fc.constantFrom(0, -0, NaN, -Infinity, null), fc.double());
const any = fc.oneof(fc.constantFrom(null, "\uD800", 7n, -0, NaN, true, new Date(5), new Date(NaN), [1, null]), number);
const key = fc.oneof(
  fc.integer({ min: 0, max: 350 }).map((at) => `k${at}`),
  fc.constantFrom("\uDC00", "é", ""),
);
const updates = fc.array(fc.array(fc.tuple(key, fc.tuple(number, any)), { maxLength: 12 }), { maxLength: 12 });

test("base and deltas are the whole snapshot, bit for bit, whatever changes", async () => {
  const seen = { deltas: 0, most: 0 };
  await fc.assert(
    fc.asyncProperty(updates, async (batches) => {
      const store = datastoreOn(memoryStorage());
      const state = new Map<string, Values>(Array.from({ length: 300 }, (_, at) => [`k${at}`, [at, `n${at}`]]));
      let record = recordOf(await writeSnapshot(store, rowsIn(state), { before: null, pace }));
      for (const batch of batches) {
        for (const [one, values] of batch) state.set(one, values);
        const next = recordOf(await writeSnapshot(store, rowsIn(state), { before: record, pace }));
        seen.deltas += Number(next.deltas !== undefined);
        seen.most = Math.max(seen.most, next.deltas?.length ?? 0);
        record = next;
        const opened = await LayeredSnapshot.open(store.storage, record);
        const whole = snapshotBytes(rowsIn(state));
        expect(Buffer.concat(snapshotBytes(await allOf(opened!)).chunks)).toEqual(Buffer.concat(whole.chunks));
        const asked = [...state.keys(), "nobody"];
        const found = await opened!.find(asked);
        expect(
          asked.map((_, at) => [opened!.value("number", found[at]!), opened!.value("any", found[at]!)]),
        ).toStrictEqual(asked.map((one) => state.get(one) ?? [0, null]));
      }
    }),
    { numRuns: 12 },
  );
  expect(seen.deltas).toBeGreaterThan(10);
  expect(seen.most).toBeLessThanOrEqual(8);
});

test("deltas are folded into a new base when they exceed a fifth of it, and the ninth stands for all before it", async () => {
  const store = datastoreOn(memoryStorage());
  const state = new Map<string, Values>(Array.from({ length: 5000 }, (_, at) => [`k${at}`, [at, `n${at}`]]));
  const write = async (before: FeatureSnapshot | null) =>
    recordOf(await writeSnapshot(store, rowsIn(state), { before, pace }));
  let record = await write(null);
  const base = record.blob;
  const counts: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    state.set(`k${round}`, [-round, "changed"]);
    record = await write(record);
    counts.push(record.deltas?.length ?? -1);
  }
  expect([counts, record.blob]).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 1, 2], base]);
  const same = await write(record);
  expect(same.deltas).toEqual(record.deltas);
  for (let at = 0; at < 900; at += 1) state.set(`k${at}`, [at, "again"]);
  const much = await write(record);
  expect([much.blob === base, (much.deltas?.length ?? 0) > 0]).toEqual([true, true]);
  for (let at = 1000; at < 1400; at += 1) state.set(`k${at}`, [at, "again"]);
  const folded = await write(much);
  expect([folded.blob === base, folded.deltas]).toEqual([false, undefined]);
});

const customer = entity("customer", { keys: { id: "string" } });
const UNTIL = Date.UTC(2026, 2, 29);

/** A view of 2,000 customers, of whom one spent another amount. */
function spending(amount: number) {
  const data = Array.from({ length: 2000 }, (_, at) => ({ id: `c${at}`, at: UNTIL, amount: at === 7 ? amount : at }));
  const all = { spent: sum("amount"), amount: last<number>("amount") };
  return featureView("spending", { entity: customer, source: rows(data, { event: "at" }), features: all });
}

async function materialized(store: Datastore, amount: number): Promise<FeatureSnapshot> {
  const { definition } = spending(amount).all;
  return (await materializeView(store, definition, { until: UNTIL, username: "ada" })).snapshot;
}

async function spent(datastore: string): Promise<unknown> {
  const ids = [{ id: "c7" }, { id: "c8" }];
  return (await features.online(customer, ids, [spending(0).spent], { datastore })).map((row) => row.spent);
}

test("a materialize that changes few keys writes little, gc keeps all that answers, and a delta that is damaged or gone is told and made anew", async () => {
  const datastore = temporaryFolder();
  const store = openDatastore(datastore);
  const first = await materialized(store, 1);
  expect(await spent(datastore)).toEqual([1, 8]);
  const second = await materialized(store, 2);
  expect(second).toMatchObject({ format: 2, blob: first.blob, keys: 2000, deltas: [{}] });
  expect(second.deltas![0]!.size).toBeLessThan(first.size / 20);
  expect(await spent(datastore)).toEqual([2, 8]);
  const third = await materialized(store, 3);
  const files = snapshotParts(third).map(({ blob }) => path.join(datastore, blobKey(blob)));
  const long = new Date(Date.now() - 48 * 3_600_000);
  for (const file of files) fs.utimesSync(file, long, long);
  await collectGarbage(store, {
    ...{ rules: [], flow: null, isDryRun: false, signal: new AbortController().signal },
    progress: () => undefined,
  });
  expect([files.length, files.every((file) => fs.existsSync(file))]).toEqual([3, true]);
  const copy = path.join(temporaryFolder(), "copy");
  for (const damage of ["flipped", "gone"]) {
    fs.rmSync(copy, { recursive: true, force: true });
    fs.cpSync(datastore, copy, { recursive: true });
    const file = path.join(copy, blobKey(third.deltas![1]!.blob));
    const bytes = fs.readFileSync(file);
    fs.rmSync(file);
    bytes[9]! ^= 1;
    if (damage === "flipped") fs.writeFileSync(file, bytes);
    const there = openDatastore(copy);
    await expect(spent(copy)).rejects.toThrow(
      damage === "flipped"
        ? /bytes are not the ones that were stored.*fsck --repair/su
        : /is not in .*materialize again/su,
    );
    // As fsck --repair does.
    fs.rmSync(file, { force: true });
    expect(await materialized(there, 3)).toMatchObject({ view: "spending" });
    expect(await spent(copy)).toEqual([3, 8]);
  }
});

test("over a damaged base nothing is laid: the next snapshot is whole", async () => {
  const datastore = temporaryFolder();
  const store = openDatastore(datastore);
  const { blob } = await materialized(store, 1);
  const file = path.join(datastore, blobKey(blob));
  const bytes = fs.readFileSync(file);
  bytes[bytes.length >> 1]! ^= 1;
  fs.rmSync(file);
  fs.writeFileSync(file, bytes);
  const next = await materialized(store, 2);
  expect([next.blob === blob, next.deltas]).toEqual([false, undefined]);
  expect(await spent(datastore)).toEqual([2, 8]);
});

test("a process that is killed at any moment while it writes a delta leaves the snapshot before, and the next one goes on", async () => {
  const datastore = temporaryFolder();
  await materialized(openDatastore(datastore), 1);
  let [before, isDone, deaths] = [1, false, 0];
  for (let writes = 0; !isDone; writes += 1) {
    const amount = 100 + writes;
    try {
      await materialized(datastoreOn(dying(openDatastore(datastore).storage, writes)), amount);
      isDone = true;
    } catch (error) {
      expect(String(error)).toContain("killed");
      deaths += 1;
    }
    const folder = path.join(datastore, "features/spending/work");
    for (const claim of fs.readdirSync(folder).map((name) => path.join(folder, name)))
      fs.writeFileSync(claim, fs.readFileSync(claim, "utf8").replace(/"pid":\d+/u, '"pid":4194304'));
    expect([
      [before, 8],
      [amount, 8],
    ]).toContainEqual(await spent(datastore));
    const made = await materialized(openDatastore(datastore), amount);
    expect(made.deltas?.length).toBeGreaterThan(0);
    expect(await spent(datastore)).toEqual([(before = amount), 8]);
  }
  expect(deaths).toBeGreaterThan(3);
});
