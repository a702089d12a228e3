import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { materializeView } from "../../../runtime/catalog/features/online/materialize-view.ts";
import { findView } from "../../../runtime/catalog/features/online/listed-views.ts";
import { definitionHash, definitionRecord } from "../../../runtime/catalog/features/online/definition-record.ts";
import { datastoreOn, openDatastore } from "../../../runtime/datastore/datastore.ts";
import * as sdk from "../../../sdk/features/index.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

const { count, entity, featureView, features, jsonl, rows, sum } = sdk;
const NOON = Date.UTC(2026, 2, 29, 12);
const HOUR_MS = 3_600_000;
const customer = entity("customer", { keys: { id: "string" } });
const data = [
  { id: "a", at: NOON - 30 * HOUR_MS, value: 1 },
  { id: "a", at: NOON - HOUR_MS, value: 2 },
  { id: "b", at: NOON + 5 * HOUR_MS, value: 3 },
];
const source = rows(data, { event: "at" });
const daily = spendingOf("24h");

function spendingOf(window: `${number}h`) {
  return featureView("spending", { entity: customer, source, features: { spend: sum("value", { window }) } });
}

test("nothing is computed for a later instant until a row is known then, or leaves a window", async () => {
  const datastore = temporaryFolder();
  const made = async (until: number) => (await features.materialize([daily.all], { until, datastore }))[0];
  const spent = () => features.online(customer, [{ id: "a" }, { id: "b" }], [daily.spend], { datastore });
  expect(await made(NOON)).toMatchObject({ isComputed: true, until: new Date(NOON) });
  const known = NOON + 5 * HOUR_MS;
  expect(await made(known - 1)).toMatchObject({ isComputed: false, until: new Date(known - 1) });
  expect(await spent()).toMatchObject([{ spend: 2 }, { spend: 0 }]);
  expect(await made(known)).toMatchObject({ isComputed: true });
  expect(await spent()).toMatchObject([{ spend: 2 }, { spend: 3 }]);
  expect(await made(NOON + 23 * HOUR_MS - 1)).toMatchObject({ isComputed: false });
  expect(await made(NOON + 23 * HOUR_MS)).toMatchObject({ isComputed: true });
  expect(await spent()).toMatchObject([{ spend: 0 }, { spend: 3 }]);
});

test("a snapshot of a later instant is left by materialize, also where it came while another was made", async () => {
  const datastore = temporaryFolder();
  const later = NOON + HOUR_MS;
  await features.materialize([daily.all], { until: later, datastore });
  const [left] = await features.materialize([daily.all], { until: NOON, datastore });
  expect(left).toMatchObject({ isKept: true, isComputed: false, until: new Date(later) });
  const [back] = await features.materialize([daily.all], { until: NOON, datastore, back: true });
  expect(back).toMatchObject({ isKept: false, isComputed: true, until: new Date(NOON) });
  // Somebody takes the place of one that was silent, and is done before it.
  const { storage } = openDatastore(datastore);
  const slow = datastoreOn({
    ...storage,
    flush() {
      fs.cpSync(path.join(kept, "features"), path.join(datastore, "features"), { recursive: true });
      return storage.flush();
    },
  });
  const kept = path.join(temporaryFolder(), "kept");
  const [newest] = await features.materialize([daily.all], { until: later + HOUR_MS, datastore });
  fs.cpSync(datastore, kept, { recursive: true });
  await features.materialize([daily.all], { until: NOON, datastore, back: true });
  const other = spendingOf("1h").all.definition;
  const done = await materializeView(slow, other, { until: later, username: "ada" });
  expect(done).toMatchObject({ isKept: true, snapshot: { until: newest?.until.getTime(), version: 1 } });
});

test("a number that another definition has got since is not taken for the one that the snapshot is of", async () => {
  const datastore = temporaryFolder();
  await features.materialize([daily.all], { until: NOON, datastore });
  fs.rmSync(path.join(datastore, "features/spending/versions"), { recursive: true });
  const hourly = spendingOf("36h");
  // As where its process was killed after it had created its version.
  const other = temporaryFolder();
  await features.materialize([hourly.all], { until: NOON, datastore: other });
  const versions = "features/spending/versions";
  fs.cpSync(path.join(other, versions), path.join(datastore, versions), { recursive: true });
  for (const view of [hourly, daily])
    await expect(features.online(customer, [{ id: "a" }], [view.spend], { datastore })).rejects.toThrow(
      /version 1 of spending is not the definition that the snapshot .* was made from.*materialize again/su,
    );
  expect(() => findView(openDatastore(datastore), "spending")).toThrow(/is not the definition/u);
  await features.materialize([daily.all], { until: NOON, datastore });
  expect(await features.online(customer, [{ id: "a" }], [daily.spend], { datastore })).toEqual([{ id: "a", spend: 2 }]);
});

test("data that move, and words for people, make no new version, and nothing is read or computed again", async () => {
  const datastore = temporaryFolder();
  const folder = temporaryFolder();
  const viewIn = (place: string, words: { owner?: string; description?: string; tags?: string[] } = {}) =>
    featureView("spending", {
      ...{ entity: customer, source: jsonl(path.join(folder, place, "*.jsonl"), { event: "at" }), ...words },
      features: { spend: sum("value", { window: "24h" }) },
    });
  fs.mkdirSync(path.join(folder, "here"));
  fs.writeFileSync(path.join(folder, "here/orders.jsonl"), data.map((row) => JSON.stringify(row)).join("\n"));
  await features.materialize([viewIn("here").all], { until: NOON, datastore });
  fs.renameSync(path.join(folder, "here"), path.join(folder, "there"));
  const moved = viewIn("there", { owner: "growth", description: "what was spent", tags: ["money"] });
  expect(await features.online(customer, [{ id: "a" }], [moved.spend], { datastore })).toEqual([{ id: "a", spend: 2 }]);
  const [made] = await features.materialize([moved.all], { until: NOON, datastore });
  expect(made).toMatchObject({ version: 1, read: 0, isComputed: false });
  const { snapshot } = findView(openDatastore(datastore), "spending");
  expect(snapshot).toMatchObject({ owner: "growth", source: path.join(folder, "there/*.jsonl") });
});

test.each([sdk.csv, sdk.jsonl, sdk.parquet, sdk.arrow])(
  "where files lie is no part of a definition, and how they are read is: %o",
  (files) => {
    const hash = (of: sdk.FeatureSource, window: `${number}d` = "7d") =>
      definitionHash(
        definitionRecord(
          featureView("orders", { entity: customer, source: of, features: { orders: count({ window }) } }).all
            .definition,
        ),
      );
    const one = hash(files("a/*.x", { event: "at" }));
    expect(hash(files("b/c.x", { event: "at" }))).toBe(one);
    const others = [
      hash(files("a/*.x", { event: "day" })),
      hash(files("a/*.x", { event: "at", created: "loaded" })),
      hash(files("a/*.x", { event: "at" }), "8d"),
      hash(rows([], { event: "at" })),
    ];
    expect(new Set([one, ...others]).size).toBe(5);
  },
);

test("statistics and the newest row do not hang on how rows are spread over files", async () => {
  const spread = async (files: readonly (readonly object[])[]) => {
    const folder = temporaryFolder();
    for (const [at, lines] of files.entries())
      fs.writeFileSync(path.join(folder, `${at}.jsonl`), lines.map((row) => JSON.stringify(row)).join("\n"));
    const view = featureView("spending", {
      ...{ entity: customer, source: jsonl(path.join(folder, "*.jsonl"), { event: "at", created: "loaded" }) },
      features: { spend: sum("value", { window: "24h" }) },
    });
    const datastore = path.join(folder, "store");
    await features.materialize([view.all], { until: NOON, datastore });
    const { newest, statistics } = findView(openDatastore(datastore), "spending").snapshot;
    return { newest, statistics };
  };
  const old = { id: "old", at: NOON - 90 * HOUR_MS, loaded: NOON - 80 * HOUR_MS, value: 1 };
  const late = { id: "late", at: NOON - 40 * HOUR_MS, loaded: NOON + HOUR_MS, value: 1 };
  const now = { id: "now", at: NOON - HOUR_MS, loaded: NOON - HOUR_MS, value: 5 };
  expect(await spread([[old], [late], [now]])).toEqual(await spread([[old, late, now]]));
  const stale = await spread([[old], [late]]);
  expect(stale).toEqual(await spread([[old, late]]));
  expect(stale.newest).toBe(old.at);
});
