import { describe, expect, test } from "vitest";
import { blobKey } from "../../runtime/datastore/blob-key.ts";
import { openDatastore, prepareDatastore } from "../../runtime/datastore/datastore.ts";
import { type DataSketch, parseDataSketch } from "../../runtime/datastore/kinds/data-sketch.ts";
import { RECORD_FORMAT } from "../../runtime/datastore/records.ts";
import { putSketch, readSketch } from "../../runtime/sketch/put-sketch.ts";
import { sketchTable } from "../../runtime/sketch/sketch-table.ts";
import { temporaryFolder } from "../rigs/harness.ts";
import { compare } from "./drawn-rows.ts";

const HUGE = [Number.MAX_VALUE, -Number.MAX_VALUE, 1e200, 3, 10n ** 400n, Number.MIN_VALUE, Infinity];

function sketchOf(rows: readonly unknown[]): DataSketch {
  return { format: RECORD_FORMAT, input: sketchTable(rows), output: null };
}

describe("numbers as large as they get", () => {
  test.each([
    ["in a field", HUGE.map((value) => ({ value }))],
    ["in long lists", HUGE.map((value) => Array.from({ length: 40 }, () => value))],
    ["in short lists", HUGE.map((value) => [value, value])],
  ])("%s leave a sketch that can be read again", (_, rows) => {
    const store = openDatastore(temporaryFolder());
    prepareDatastore(store);
    const sketch = sketchOf(rows);
    expect(readSketch(store, putSketch(store, sketch))).toEqual(JSON.parse(JSON.stringify(sketch)));
  });

  test("are compared, and what cannot be told of them is left out", () => {
    const rows = Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? Number.MAX_VALUE : -Number.MAX_VALUE));
    const [drift] = compare(rows, rows);
    expect(drift).toMatchObject({ isDrifted: false });
    expect(JSON.parse(JSON.stringify(drift))).toEqual(drift);
  });
});

test("moments are those of the rows", () => {
  const [column] = sketchTable([2, 4, 4, 4, 5, 5, 7, 9]).columns;
  expect(column).toMatchObject({ mean: 5, min: 2, max: 9 });
  expect(column).toHaveProperty("deviation", Math.sqrt(32 / 7));
});

test("a sketch that could not be read is not stored", () => {
  const store = openDatastore(temporaryFolder());
  prepareDatastore(store);
  const [column] = sketchTable([1, 2]).columns;
  const broken = { rows: 2, columns: [{ ...column!, deviation: Infinity } as typeof column & object], more: 0 };
  const sketch: DataSketch = { format: RECORD_FORMAT, input: broken, output: null };
  expect(() => putSketch(store, sketch)).toThrow(/deviation is not an amount/);
  expect(() => parseDataSketch(JSON.stringify(sketch), blobKey("ab".repeat(32)))).toThrow();
  expect([...store.storage.list("blobs")]).toEqual([]);
});

test("a sketch whose counts do not fit its edges is damaged", () => {
  const { columns } = sketchTable([1, 2, 3]);
  const [column] = columns;
  if (column?.kind !== "number") throw new Error("not a column of numbers");
  const parsed = (change: Partial<typeof column>) => {
    const sketch: DataSketch = {
      ...{ format: RECORD_FORMAT, output: null },
      input: { rows: 3, columns: [{ ...column, ...change }], more: 0 },
    };
    return parseDataSketch(JSON.stringify(sketch), blobKey("ab".repeat(32)));
  };
  expect(parsed({}).input?.columns).toEqual(columns);
  expect(() => parsed({ counts: column.counts.slice(1) })).toThrow(/\.counts are 3, not one more than the edges/);
  expect(() => parsed({ edges: [1, 3, 2] })).toThrow(/\.edges are not ascending/);
  expect(() => parsed({ deviation: -1 })).toThrow(/\.deviation is not an amount/);
});

test("of fields whose names lead to the same column the first is counted, and no row twice", () => {
  const rows = Array.from({ length: 40 }, (_, at) => ({ "a.b": at, a: { b: "x" }, tags: ["x"], "tags.length": 7 }));
  expect(sketchTable(rows).columns.map(({ path, kind, count }) => [path, kind, count])).toEqual([
    ["a.b", "number", 40],
    ["tags.length", "number", 40],
    ["tags[0]", "category", 40],
  ]);
  for (const { window } of compare(rows, rows)) expect(window.missing).toBe(0);
});

test("the column with the lengths of rows that are lists is named without a gap", () => {
  const lists = (length: number) => Array.from({ length: 100 }, () => Array.from({ length }, () => 1));
  expect(compare(lists(20), lists(30)).map(({ column }) => column)).toContain("input.length");
});

test("a row may have fields of the names that a list in the log has", () => {
  const rows = Array.from({ length: 30 }, () => ({ "~length": 100, "~items": 3 }));
  expect(sketchTable(rows).columns.map(({ path }) => path)).toEqual(["~length", "~items"]);
});
