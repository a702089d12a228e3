import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { codeMeaning } from "../../../runtime/catalog/features/online/code-meaning.ts";
import { materializeView } from "../../../runtime/catalog/features/online/materialize-view.ts";
import { OnlineView } from "../../../runtime/catalog/features/online/online-view.ts";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { datastoreOn, openDatastore } from "../../../runtime/datastore/datastore.ts";
import { featureSnapshotKey, parseFeatureSnapshot } from "../../../runtime/datastore/kinds/feature-snapshot.ts";
import { collectGarbage } from "../../../runtime/datastore/maintenance/collect-garbage.ts";
import * as sdk from "../../../sdk/features/index.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { dying } from "./dying.ts";

const { compute, count, distinct, entity, featureView, features, first, jsonl, last, max, mean, min } = sdk;
const { quantile, rows, sum } = sdk;
const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 2, 29);
const customer = entity("customer", { keys: { id: "string" } });

const ALL = {
  ...{ sum: sum("value", { window: "3h" }), mean: mean("value"), min: min("value"), max: max("value") },
  ...{ last: last("value"), first: first("value", { window: "5h" }), seen: distinct("value"), rows: count() },
  ...{ middle: quantile("value", { at: 0.5, window: "9h" }), lastName: last("name") },
  ratio: compute(["sum", "rows"], (total: number, of: number) => total / of),
};

const value = fc.oneof(fc.constantFrom(0, -0, NaN, Infinity, 1e300, null, undefined), fc.double());
const name = fc.constantFrom("a", "\uD800", "é", 7n, true, null, -0, new Date(START), new Date(NaN));
const step = fc.integer({ min: 0, max: 40 }).map((half) => START + half * 1_800_000);
const row = fc.record({ id: fc.constantFrom("a", "b", "\uDC00", null), event: step, created: step, value, name });

/** What historical gives for the same keys and instant. */
async function atOnce<Key extends object>(keys: readonly Key[], view: sdk.FeatureSelection, until: number) {
  const labels = keys.map((key) => ({ ...key, until }));
  const found = await features.historical(labels, [view], { timestamp: "until" });
  return found.map(({ until: _, ...rest }) => rest);
}

test("online gives what historical gives for that instant, bit for bit, also where nothing had to be computed", async () => {
  const datastore = temporaryFolder();
  const keys = ["a", "b", "\uDC00", "nobody", null].map((id) => ({ id }));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 25 }), step, fc.nat({ max: 3 }), async (data, until, later) => {
      const source = rows(data, { event: "event", created: "created" });
      const view = featureView("view", { entity: customer, source, features: ALL, ttl: "4h" });
      for (const at of [until, until + later * 1_800_000, until + 40 * HOUR_MS]) {
        await features.materialize([view.all], { until: at, datastore, back: at === until });
        expect(await features.online(customer, keys, [view.all], { datastore })).toStrictEqual(
          await atOnce(keys, view.all, at),
        );
      }
    }),
    { numRuns: 25 },
  );
});

test("thousands of keys of several parts are each found, and those between them are not", async () => {
  const place = entity("place", { keys: { shop: "number", open: "boolean", code: "bigint" } });
  const data = Array.from({ length: 1500 }, (_, at) => {
    return { shop: at / 4, open: at % 3 === 0, code: BigInt(at) * 10n ** 20n, at: START, amount: at, list: [at, null] };
  });
  const all = { amount: sum("amount"), list: last<(number | null)[]>("list") };
  const view = featureView("stock", { entity: place, source: rows(data, { event: "at" }), features: all });
  const datastore = temporaryFolder();
  const [made] = await features.materialize([view.all], { until: START, datastore });
  // Where all features are as without rows, nothing has to be kept: there is a list here even where the sum is 0.
  expect(made).toMatchObject({ keys: 1500, rows: 1500, version: 1, isComputed: true });
  const keys = data.map(({ shop, open, code }) => ({ shop, open, code }));
  const found = await features.online(place, keys, [view.all], { datastore });
  expect(found.map(({ amount, list }) => [amount, list])).toEqual(data.map(({ amount, list }) => [amount, list]));
  const absent = keys.map((key) => ({ ...key, open: !key.open }));
  const none = await features.online(place, absent, [view.amount, view.list], { datastore });
  expect(none.every(({ amount, list }) => amount === 0 && list === null)).toBe(true);
});

/** A folder with one file of rows a day. */
function daily(days: number) {
  const folder = temporaryFolder();
  const write = (day: number, amount: number) =>
    fs.writeFileSync(
      path.join(folder, `day-${String(day).padStart(3, "0")}.jsonl`),
      ["a", "b"].map((id) => JSON.stringify({ id, at: START + day * 24 * HOUR_MS, value: amount })).join("\n"),
    );
  for (let day = 0; day < days; day += 1) write(day, day);
  const source = jsonl(path.join(folder, "*.jsonl"), { event: "at" });
  const view = featureView("daily", { entity: customer, source, features: { spent: sum("value", { window: "7d" }) } });
  return { folder, write, view, until: START + days * 24 * HOUR_MS };
}

test("what was read is not read again, and what was computed is not computed again", async () => {
  const { folder, write, view, until } = daily(30);
  const datastore = temporaryFolder();
  const made = async (of: sdk.FeatureSelection = view.all) => {
    const [one] = await features.materialize([of], { until, datastore });
    return { parts: one?.parts, read: one?.read, isComputed: one?.isComputed, version: one?.version };
  };
  const spent = async () => (await features.online(customer, [{ id: "a" }], [view.spent], { datastore }))[0]?.spent;
  expect(await made()).toEqual({ parts: 30, read: 30, isComputed: true, version: 1 });
  expect(await spent()).toBe(24 + 25 + 26 + 27 + 28 + 29);
  expect(await made()).toEqual({ parts: 30, read: 0, isComputed: false, version: 1 });
  write(29, 1000);
  expect(await made()).toEqual({ parts: 30, read: 1, isComputed: true, version: 1 });
  expect(await spent()).toBe(24 + 25 + 26 + 27 + 28 + 1000);
  fs.rmSync(path.join(folder, "day-028.jsonl"));
  expect(await made()).toEqual({ parts: 29, read: 0, isComputed: true, version: 1 });
  expect(await spent()).toBe(24 + 25 + 26 + 27 + 1000);
  // Another window is another definition, and needs no other rows.
  const { source } = view.all.definition;
  const other = { entity: customer, source: { spec: source }, features: { spent: sum("value", { window: "2d" }) } };
  const wider = featureView("daily", other);
  await expect(features.online(customer, [{ id: "a" }], [wider.spent], { datastore })).rejects.toThrow(
    /the snapshot of daily is of another definition: spent differs from version 1/u,
  );
  expect(await made(wider.all)).toEqual({ parts: 29, read: 0, isComputed: true, version: 2 });
  expect(await made()).toMatchObject({ version: 1, read: 0 });
});

test("two that materialize the same at once compute it once", async () => {
  const { view, until } = daily(3);
  const location = temporaryFolder();
  const waited: unknown[] = [];
  const waits = (by: unknown) => waited.push(by);
  const work = () => materializeView(openDatastore(location), view.all.definition, { until, username: "ada", waits });
  const done = await Promise.all([work(), work(), work()]);
  expect(done.filter(({ isComputed }) => isComputed)).toHaveLength(1);
  expect(waited).toHaveLength(2);
});

test("a process that is killed at any moment leaves the snapshot before, and the next one goes on", async () => {
  const { write, view, until } = daily(4);
  const datastore = temporaryFolder();
  const spent = async () => (await features.online(customer, [{ id: "a" }], [view.spent], { datastore }))[0]?.spent;
  await features.materialize([view.all], { until, datastore });
  let [before, isDone, deaths] = [6, false, 0];
  for (let writes = 0; !isDone; writes += 1) {
    write(3, 100 + writes);
    const store = datastoreOn(dying(openDatastore(datastore).storage, writes));
    try {
      await materializeView(store, view.all.definition, { until, username: "ada" });
      isDone = true;
    } catch (error) {
      expect(String(error)).toContain("killed");
      deaths += 1;
    }
    // The process whose claim that is does not exist any more.
    const folder = path.join(datastore, "features/daily/work");
    for (const claim of fs.readdirSync(folder).map((file) => path.join(folder, file)))
      fs.writeFileSync(claim, fs.readFileSync(claim, "utf8").replace(/"pid":\d+/u, '"pid":4194304'));
    // All but the last writes come before the swap.
    expect([before, 3 + 100 + writes]).toContain(await spent());
    await features.materialize([view.all], { until, datastore });
    before = 3 + 100 + writes;
    expect(await spent()).toBe(before);
  }
  expect(deaths).toBeGreaterThan(3);
});

test("of a damaged snapshot nothing wrong is served, wherever the damage is", async () => {
  const data = Array.from({ length: 300 }, (_, at) => ({ id: `c${at}`, at: START, value: at, name: `n${at}` }));
  const all = { total: sum("value"), name: last("name") };
  const view = featureView("view", { entity: customer, source: rows(data, { event: "at" }), features: all });
  const datastore = temporaryFolder();
  await features.materialize([view.all], { until: START, datastore });
  const key = featureSnapshotKey("view");
  const { blob } = parseFeatureSnapshot(fs.readFileSync(path.join(datastore, key), "utf8"), key);
  const file = path.join(datastore, blobKey(blob));
  const good = fs.readFileSync(file);
  const columns = new Map([["id", data.map(({ id }) => id)]]);
  const asked = { length: data.length, columns, isText: false, where: String };
  const read = async () => {
    const online = new OnlineView(openDatastore(datastore), "view");
    try {
      return (await online.answer(view.all.definition, ["total", "name"], asked)).values;
    } finally {
      online.close();
    }
  };
  const right = await read();
  const damage = async (bytes: Uint8Array) => {
    fs.rmSync(file);
    fs.writeFileSync(file, bytes);
    await expect(read(), String(bytes.length)).rejects.toThrow(/bytes are not the ones that were stored/u);
  };
  for (let at = 0; at < good.length; at += 61) {
    const bytes = Buffer.from(good);
    bytes[at]! ^= 1 << (at % 8);
    await damage(bytes);
  }
  for (const length of [0, 1, good.length - 1]) await damage(good.subarray(0, length));
  fs.rmSync(file);
  await expect(read()).rejects.toThrow(/the snapshot of view is not in/u);
  await features.materialize([view.all], { until: START, datastore });
  expect(await read()).toEqual(right);
});

test("gc keeps the snapshot that answers and what was read, and removes those before", async () => {
  const { write, view, until } = daily(5);
  const datastore = temporaryFolder();
  await features.materialize([view.all], { until, datastore });
  write(4, 7);
  await features.materialize([view.all], { until, datastore });
  const blobs = () => filesBelow(path.join(datastore, "blobs"));
  const long = new Date(Date.now() - 48 * HOUR_MS);
  for (const file of blobs()) fs.utimesSync(file, long, long);
  const before = blobs().length;
  const options = { rules: [], flow: null, isDryRun: false, signal: new AbortController().signal };
  await collectGarbage(openDatastore(datastore), { ...options, progress: () => undefined });
  // The former snapshot, and the rows of the file that was replaced.
  expect(blobs()).toHaveLength(before - 2);
  expect(await features.materialize([view.all], { until, datastore })).toMatchObject([{ read: 0, isComputed: false }]);
  expect(await features.online(customer, [{ id: "b" }], [view.spent], { datastore })).toEqual([{ id: "b", spent: 13 }]);
});

test("a computed feature is of the same version however a compiler writes its function", () => {
  const written = '(v) => { return v * 1000 + 5n + (v ?? "a b"); }';
  expect(codeMeaning('v=>{return v*1e3+5n+(v??"a b")}')).toBe(codeMeaning(written));
  for (const other of [
    'v=>{return v*1e4+5n+(v??"a b")}',
    'v=>{return v*1e3+5n+(v??"ab")}',
    "multiply(v) { return v; }",
  ])
    expect(codeMeaning(other)).not.toBe(codeMeaning(written));
});

function filesBelow(folder: string): string[] {
  const found = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

test("what cannot be answered says what there is, and what to do", async () => {
  const { view, until } = daily(1);
  const datastore = temporaryFolder();
  const shop = entity("shop", { keys: { id: "string" } });
  const ask = (keys: readonly { id: string }[], about: typeof customer | typeof shop = customer) =>
    features.online(about, keys, [view.spent], { datastore });
  await expect(ask([{ id: "a" }])).rejects.toThrow(/daily was not materialized in .*features materialize/su);
  await features.materialize([view.all], { until, datastore });
  const { source } = view.all.definition;
  const near = featureView("dayly", { entity: customer, source: { spec: source }, features: { rows: count() } });
  await expect(features.online(customer, [{ id: "a" }], [near.rows], { datastore })).rejects.toThrow(/mean daily\?/u);
  await expect(ask([{ id: "a" }], shop)).rejects.toThrow(/the features of daily are about customer, not about shop/u);
  await expect(ask([{ ID: "a" } as unknown as { id: string }])).rejects.toThrow(/the keys have no column id.*mean/su);
  await expect(ask([{ id: 7 as unknown as string }])).rejects.toThrow(/has to be a string: 7 at key 0/u);
  await expect(features.materialize([view.all], { until: "soon", datastore })).rejects.toThrow(
    /Cannot read until as a time: "soon"/u,
  );
});

test("at compile time a feature has its type", async () => {
  const { view, until } = daily(1);
  const datastore = temporaryFolder();
  await features.materialize([view.all], { until, datastore });
  const [one] = await features.online(customer, [{ id: "a" }], [view.spent], { datastore });
  const spent: number | undefined = one?.spent;
  expect(spent).toBe(0);
  // @ts-expect-error the key of a customer is a string
  await expect(features.online(customer, [{ id: 7 }], [view.spent], { datastore })).rejects.toThrow();
});
