import fs from "node:fs";
import path from "node:path";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import {
  arrow,
  csv,
  distinct,
  entity,
  featureView,
  features,
  jsonl,
  last,
  parquet,
  rows,
  sum,
  type FeatureSource,
} from "../../../sdk/features/index.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

const DATA = [
  { id: "a", at: "2026-03-01T00:00:00Z", seen: "2026-03-01T00:00:00Z", amount: 1.5, shop: 'north "1", left' },
  { id: "a", at: "2026-03-02T00:00:00Z", seen: "2026-03-04T00:00:00Z", amount: 2.25, shop: "süd" },
  { id: "b", at: "2026-03-02T00:00:00Z", seen: "2026-03-02T00:00:00Z", amount: null, shop: "süd" },
];
const CLOCKS = { event: "at", created: "seen" };
const customer = entity("customer", { keys: { id: "string" } });
const labels = ["a", "b"].flatMap((id) => [3, 4].map((day) => ({ id, day: `2026-03-0${day}` })));

const WANTED = [
  { id: "a", day: "2026-03-03", spent: 1.5, shop: 'north "1", left', shops: 1 },
  { id: "a", day: "2026-03-04", spent: 3.75, shop: "süd", shops: 2 },
  { id: "b", day: "2026-03-03", spent: 0, shop: "süd", shops: 1 },
  { id: "b", day: "2026-03-04", spent: 0, shop: "süd", shops: 1 },
];

function found(source: FeatureSource) {
  const all = { spent: sum("amount"), shop: last("shop"), shops: distinct("shop") };
  const view = featureView("view", { entity: customer, source, features: all });
  return features.historical(labels, [view.all], { timestamp: "day" });
}

function file(name: string, content: string | Uint8Array): string {
  const folder = path.join(temporaryFolder(), "data of a shop");
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
}

test("the same rows give the same features from every kind of source", async () => {
  const quoted = (value: string | number | null) => (value === null ? "" : `"${String(value).replaceAll('"', '""')}"`);
  const lines = DATA.map((row) => Object.values(row).map(quoted).join(","));
  const ofCsv = file("rows.csv", `\uFEFF${Object.keys(DATA[0]!).join(",")}\r\n${lines.join("\r\n")}\r\n`);
  expect(await found(csv(ofCsv, CLOCKS))).toEqual(WANTED);
  const ofJson = file("rows.jsonl", `${DATA.map((row) => JSON.stringify(row)).join("\n\n")}\n`);
  expect(await found(jsonl(ofJson, CLOCKS))).toEqual(WANTED);
  const column = <T>(pick: (row: (typeof DATA)[number]) => T) => DATA.map(pick);
  const instants = { at: column((row) => new Date(row.at)), seen: column((row) => new Date(row.seen)) };
  const values = {
    id: column(({ id }) => id),
    amount: column(({ amount }) => amount),
    shop: column(({ shop }) => shop),
  };
  const columnData = Object.entries({ ...values, ...instants }).map(([name, data]) => ({ name, data }));
  const ofParquet = file("rows.parquet", new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 2 })));
  expect(await found(parquet(ofParquet, CLOCKS))).toEqual(WANTED);
  const ofArrow = file("rows.arrow", tableToIPC(tableFromArrays({ ...values, ...instants }), "file"));
  expect(await found(arrow(ofArrow, CLOCKS))).toEqual(WANTED);
  expect(await found(rows(() => Promise.resolve(DATA), CLOCKS))).toEqual(WANTED);
});

test("a pattern names many files, whose rows are in the order of the files' names", async () => {
  const first = file("2.jsonl", `${JSON.stringify({ ...DATA[0], at: DATA[1]!.at, seen: DATA[1]!.seen })}\n`);
  fs.writeFileSync(path.join(path.dirname(first), "10.jsonl"), `${JSON.stringify(DATA[1])}\n`);
  const view = featureView("view", {
    entity: customer,
    source: jsonl(path.join(path.dirname(first), "*.jsonl"), CLOCKS),
    features: { shop: last("shop") },
  });
  const [one] = await features.historical([{ id: "a", day: "2026-03-09" }], [view.shop], { timestamp: "day" });
  expect(one?.shop).toBe(DATA[0]!.shop);
});

test("a column that says when can be a value too, and is a Date where the source has dates", async () => {
  const columnData = [
    { name: "id", data: ["a"] },
    { name: "at", data: [new Date("2026-03-01T00:00:00Z")] },
  ];
  const ofParquet = file("dates.parquet", new Uint8Array(parquetWriteBuffer({ columnData })));
  const ofArrow = file("dates.arrow", tableToIPC(tableFromArrays({ id: ["a"], at: columnData[1]!.data }), "file"));
  for (const source of [parquet(ofParquet, { event: "at" }), arrow(ofArrow, { event: "at" })]) {
    const view = featureView("view", { entity: customer, source, features: { seen: last<Date>("at") } });
    const [one] = await features.historical([{ id: "a", day: "2026-03-02" }], [view.seen], { timestamp: "day" });
    expect(one?.seen).toEqual(new Date("2026-03-01T00:00:00Z"));
  }
});

test("a fraction below a millisecond still is the future, and a day that no month has is none", async () => {
  const ofJson = (at: string) => jsonl(file("a.jsonl", JSON.stringify({ id: "a", at })), { event: "at" });
  const seen = (source: FeatureSource) => {
    const view = featureView("view", { entity: customer, source, features: { shop: last("id") } });
    return features.historical([{ id: "a", day: "2026-03-01T00:00:00Z" }], [view.shop], { timestamp: "day" });
  };
  expect((await seen(ofJson("2026-03-01T00:00:00.0009Z")))[0]?.shop).toBeNull();
  expect((await seen(ofJson("2026-03-01T00:00:00.0000Z")))[0]?.shop).toBe("a");
  await expect(seen(ofJson("2026-02-30"))).rejects.toThrow(/Cannot read at as a time: "2026-02-30"/u);
});

test.each([
  [
    "a number that is none",
    { amount: "12,50" },
    /sum spent of view needs numbers: amount is "12,50" at .*rows\.jsonl, line 2/u,
  ],
  ["an instant that is none", { at: "yesterday" }, /Cannot read at as a time: "yesterday" at .*rows\.jsonl, line 2/u],
  ["no instant at all", { seen: null }, /Cannot read seen as a time: null at .*line 2/u],
  ["a key of another type", { id: 7 }, /id is a key of customer and has to be a string: 7 at .*line 2/u],
])("%s is told with its place", async (_name, part, message) => {
  const ofJson = file("rows.jsonl", [DATA[0], { ...DATA[1], ...part }].map((row) => JSON.stringify(row)).join("\n"));
  await expect(found(jsonl(ofJson, CLOCKS))).rejects.toThrow(message);
});

test("what cannot be read says which file and why", async () => {
  await expect(found(jsonl(file("a.jsonl", '{"id":'), CLOCKS))).rejects.toThrow(/a\.jsonl, line 1 is not valid JSON/u);
  await expect(found(jsonl(file("a.jsonl", "[1]"), CLOCKS))).rejects.toThrow(/a\.jsonl, line 1 is not a JSON object/u);
  await expect(found(csv(file("a.csv", 'id,at\n"a'), CLOCKS))).rejects.toThrow(/a\.csv is not valid CSV: /u);
  await expect(found(parquet(file("a.parquet", "PAR1 no"), CLOCKS))).rejects.toThrow(
    /a\.parquet cannot be read as Parquet/u,
  );
  await expect(found(arrow(file("a.arrow", "no Arrow"), CLOCKS))).rejects.toThrow(/a\.arrow cannot be read as Arrow/u);
  const folder = path.dirname(file("a.txt", ""));
  await expect(found(csv(folder, CLOCKS))).rejects.toThrow(/data of a shop cannot be read: EISDIR/u);
  await expect(found(jsonl(folder, CLOCKS))).rejects.toThrow(/data of a shop cannot be read: EISDIR/u);
  await expect(found(csv("no/such/*.csv", CLOCKS))).rejects.toThrow(/no file matches no\/such\/\*\.csv/u);
  const other = file("a.jsonl", JSON.stringify({ ...DATA[0], amount: undefined, amuont: 1 }));
  await expect(found(jsonl(other, CLOCKS))).rejects.toThrow(/has no column amount, which view needs/u);
});
