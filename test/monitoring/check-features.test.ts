import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { openDatastore, prepareDatastore } from "../../runtime/datastore/datastore.ts";
import type { LookedUpFeatures } from "../../runtime/datastore/request-columns.ts";
import { checkFeatures } from "../../runtime/monitoring/check-features.ts";
import { RequestLog } from "../../runtime/monitoring/request-log.ts";
import { count, entity, featureView, last, rows } from "../../sdk/features/index.ts";
import { lookedUp } from "../../runtime/serving/worker/looked-up.ts";
import { temporaryFolder } from "../rigs/harness.ts";
import { served } from "./served.ts";

const NOON = Date.UTC(2026, 2, 14, 12);
const UNTIL = Date.UTC(2026, 2, 14);
const WINDOW = { from: NOON, to: NOON + 60_000 };
const HUGE = 2n ** 60n + 1n;

let reads = 0;
const data = [
  { shop: "north", item: HUGE, at: UNTIL - 5, price: 3n },
  { shop: "north", item: HUGE, at: UNTIL - 4, price: 4n },
  // One number for both, in floats.
  { shop: "north", item: HUGE - 1n, at: UNTIL - 3, price: 9n },
  { shop: "south", item: 7n, at: UNTIL - 2, price: 1n },
];
const offers = featureView("offers", {
  entity: entity("offer", { keys: { shop: "string", item: "bigint" } }),
  source: rows(
    () => {
      reads += 1;
      return data;
    },
    { event: "at" },
  ),
  features: { sold: count(), price: last<bigint>("price") },
});
const views = new Map([["offers", offers.all.definition]]);
const columns = { sold: "sold", price: "price" };
const SOUTH = { shop: "south", item: "7", sold: 1, price: 1 };

async function logOf(requests: readonly LookedUpFeatures[]) {
  const folder = temporaryFolder();
  const store = openDatastore(folder);
  prepareDatastore(store);
  const log = new RequestLog({ store, model: "shop", server: "a", sample: 1 });
  for (const [at, features] of requests.entries())
    log.add({ ...served(NOON + at, { input: [], output: [] }), features });
  await log.close(60_000);
  return { store, folder };
}

function requestOf(given: LookedUpFeatures["rows"]): LookedUpFeatures {
  return { snapshots: { offers: { version: 1, until: UNTIL, columns } }, rows: given };
}

test("keys of several parts and of 64 bits are compared exactly", async () => {
  const north = { shop: "north", item: String(HUGE) };
  const { store } = await logOf([
    requestOf([{ ...north, sold: 2, price: 4 }, SOUTH]),
    requestOf([
      { shop: "north", item: String(HUGE - 1n), sold: 2, price: 9 },
      { shop: "north", item: null, sold: 0, price: null },
    ]),
  ]);
  const { features, uncompared, requests } = await checkFeatures(store, { model: "shop", window: WINDOW, views });
  expect([requests, uncompared]).toEqual([2, []]);
  expect(features.map(({ feature, rows: all, different }) => [feature, all, different])).toEqual([
    ["sold", 4, 1],
    ["price", 4, 0],
  ]);
  expect(features[0]?.examples).toMatchObject([{ keys: { item: String(HUGE - 1n) }, served: 2, computed: 1 }]);
});

test("a log that is larger than what is held at a time is compared whole, and the source read once", async () => {
  const wrong = { ...SOUTH, sold: 5 };
  const { store } = await logOf(
    Array.from({ length: 10 }, (_, at) => requestOf(at % 2 === 0 ? [SOUTH, wrong] : [SOUTH])),
  );
  const check = async (maxRows?: number) => {
    reads = 0;
    const report = await checkFeatures(store, {
      ...{ model: "shop", window: WINDOW, views },
      ...(maxRows === undefined ? {} : { maxRows }),
    });
    return { report, reads };
  };
  const whole = await check();
  expect([whole.reads, whole.report.features[0]]).toMatchObject([1, { rows: 15, different: 5 }]);
  const parts = await check(5);
  expect(parts.report).toEqual(whole.report);
  expect(parts.reads).toBe(1);
});

const accepting = {
  "~standard": { version: 1, vendor: "own", validate: (value: unknown) => ({ value }) },
} as const;

test("a key is logged whole, however long it is, so that what was served of it is compared with its own rows", async () => {
  const long = `${"x".repeat(2000)}-`;
  const shops = [`${long}a`, `${long}b`];
  const times = entity("shop", { keys: { shop: "string" } });
  const source = rows(
    shops.map((shop, at) => ({ shop, at: UNTIL - 5, price: at })),
    { event: "at" },
  );
  const prices = featureView("prices", { entity: times, source, features: { price: last<number>("price") } });
  const snapshots = { prices: { version: 1, until: UNTIL, columns: { price: "price" } } };
  const found = { snapshots, values: [{ price: 0 }, { price: 1 }] };
  const find = async () => Promise.resolve(found);
  const lookup = { views: [], keys: ["shop"], keyFault: () => null, columns: ["price"], find };
  const { store } = await logOf([
    lookedUp(
      { name: "score", input: accepting, output: undefined, batch: { maxSize: 1, maxWaitMs: 0 }, lookup },
      {
        rows: shops.map((shop) => ({ shop })),
        ...{ found, first: 0 },
      },
    ),
  ]);
  const defined = new Map([["prices", prices.all.definition]]);
  const report = await checkFeatures(store, { model: "shop", window: WINDOW, views: defined });
  expect(report.features).toMatchObject([{ feature: "price", rows: 2, different: 0 }]);
});

test("what could not be compared is told: damaged parts of the log, views and features that are gone", async () => {
  const gone = { version: 2, until: UNTIL, columns: { visits: "visits" } };
  const old = { version: 1, until: UNTIL, columns: { ...columns, stock: "stock" } };
  const { store, folder } = await logOf([
    { snapshots: { visits: gone, offers: old }, rows: [{ ...SOUTH, visits: 1, stock: 3 }] },
  ]);
  const check = () => checkFeatures(store, { model: "shop", window: WINDOW, views });
  const { features, uncompared } = await check();
  expect(features.map(({ feature, different }) => [feature, different])).toEqual([
    ["sold", 0],
    ["price", 0],
  ]);
  expect(uncompared).toEqual([
    "visits is not exported by the file: 1 row is not compared",
    "offers has no feature stock any more",
  ]);
  const logged = fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => path.join(folder, name));
  expect(logged).toHaveLength(1);
  fs.writeFileSync(logged[0]!, `${fs.readFileSync(logged[0]!, "utf8").slice(0, 60)}\n`);
  const damaged = await check();
  expect([damaged.requests, damaged.features]).toEqual([0, []]);
  expect(damaged.uncompared).toEqual([expect.stringContaining(path.basename(logged[0]!))]);
});
