import fs from "node:fs";
import path from "node:path";
import * as arrow from "apache-arrow";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { arrowOf } from "../../runtime/serving/columns/arrow-of.ts";
import { rowsOfArrow } from "../../runtime/serving/columns/rows-of-arrow.ts";
import { parquetRows } from "../../runtime/serving/files/parquet-rows.ts";
import { temporaryFolder } from "../rigs/harness.ts";

const { Field, List, Struct, Utf8, Int32, Float64, Decimal, vectorFromArray } = arrow;
const LIMITED = { maxRows: 1_000_000 };

function bytesOf(columns: Readonly<Record<string, arrow.Vector>>): Uint8Array {
  return arrow.tableToIPC(new arrow.Table(columns), "stream");
}

function valuesOf(vector: arrow.Vector, schema: object = {}): unknown[] {
  const rows = rowsOfArrow(arrow, { bytes: bytesOf({ x: vector }), schema: { type: "object", ...schema }, ...LIMITED });
  return rows.map((row) => (row as { x?: unknown }).x);
}

test("nulls inside of lists and objects are left out where the schema of their field takes none", () => {
  const type = new Struct([new Field("a", new Int32(), true), new Field("b", new Utf8(), true)]);
  const given = [
    [
      { a: 1, b: null },
      { a: null, b: "y" },
    ],
    [],
    null,
  ];
  const list = vectorFromArray(given, new List(new Field("item", type, true)));
  expect(valuesOf(list)).toEqual(given);
  const b = { anyOf: [{ type: "string" }, { type: "null" }] };
  const item = { type: "object", properties: { a: { type: "number" }, b } };
  const x = { anyOf: [{ type: "array", items: item }, { type: "null" }] };
  expect(valuesOf(list, { properties: { x } })).toEqual([[{ a: 1, b: null }, { b: "y" }], [], null]);
  const texts = vectorFromArray(["a", null], new Utf8());
  expect(valuesOf(texts, { properties: { x: { enum: ["a", null] } } })).toEqual(["a", null]);
  expect(valuesOf(texts, { properties: { x: { enum: ["a"] } } })).toEqual(["a", undefined]);
});

test("instants of every unit are texts with all of their digits", () => {
  const { TimeUnit } = arrow;
  const at = (unit: arrow.TimeUnit, value: bigint) => {
    const data = new BigInt64Array([value, -1n]);
    return valuesOf(
      new arrow.Vector([arrow.makeData({ type: new arrow.Timestamp(unit), length: 2, nullCount: 0, data })]),
    );
  };
  expect(at(TimeUnit.SECOND, 1_700_000_000n)).toEqual(["2023-11-14T22:13:20.000Z", "1969-12-31T23:59:59.000Z"]);
  expect(at(TimeUnit.MILLISECOND, 1_700_000_000_120n)).toEqual([
    "2023-11-14T22:13:20.120Z",
    "1969-12-31T23:59:59.999Z",
  ]);
  expect(at(TimeUnit.MICROSECOND, 1_700_000_000_120_030n)).toEqual([
    "2023-11-14T22:13:20.120030Z",
    "1969-12-31T23:59:59.999999Z",
  ]);
  expect(at(TimeUnit.NANOSECOND, 1_700_000_000_120_030_004n)).toEqual([
    "2023-11-14T22:13:20.120030004Z",
    "1969-12-31T23:59:59.999999999Z",
  ]);
  expect(() => at(TimeUnit.SECOND, 2n ** 62n)).toThrow(/out of the range of dates/);
  const day = arrow.makeData({ type: new arrow.DateDay(), length: 1, nullCount: 0, data: new Int32Array([19_675]) });
  expect(valuesOf(new arrow.Vector([day]))).toEqual(["2023-11-14T00:00:00.000Z"]);
});

test("decimals and whole numbers are numbers where those have every digit, and texts where not", () => {
  const decimals = (scale: number, ...values: bigint[]) => {
    const words = values.flatMap((value) => [0n, 32n, 64n, 96n].map((by) => Number(BigInt.asUintN(32, value >> by))));
    const type = new Decimal(scale, 38);
    const length = values.length;
    return valuesOf(new arrow.Vector([arrow.makeData({ type, length, nullCount: 0, data: new Uint32Array(words) })]));
  };
  expect(decimals(2, 1234n, -5n, 0n, 12_345_678_901_234_567n)).toEqual([12.34, -0.05, 0, "123456789012345.67"]);
  expect(decimals(0, -(10n ** 30n) - 1n, 7n)).toEqual([`-${10n ** 30n + 1n}`, 7]);
  expect(valuesOf(vectorFromArray([2n ** 53n, 5n, null], new arrow.Int64()))).toEqual([String(2n ** 53n), 5, null]);
  expect(valuesOf(vectorFromArray([2n ** 64n - 1n], new arrow.Uint64()))).toEqual([String(2n ** 64n - 1n)]);
});

test("dictionaries, fixed lists, maps and bytes are what JSON would say", () => {
  const words = vectorFromArray(["a", "b", "a", null], new arrow.Dictionary(new Utf8(), new Int32()));
  expect(valuesOf(words)).toEqual(["a", "b", "a", null]);
  const item = new Field("item", new Float64(), true);
  expect(
    valuesOf(
      vectorFromArray(
        [
          [1, 2],
          [3, 4],
        ],
        new arrow.FixedSizeList(2, item),
      ),
    ),
  ).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(valuesOf(vectorFromArray([new Uint8Array([1, 2])], new arrow.Binary()))).toEqual([[1, 2]]);
  expect(valuesOf(vectorFromArray([true, null, false], new arrow.Bool()))).toEqual([true, null, false]);
  const entry = new Struct<never>([
    new Field("key", new Utf8(), false),
    new Field("value", new Int32(), true),
  ] as never);
  const map = vectorFromArray([new Map([["a", 1]]), null], new arrow.Map_(new Field("entries", entry, false) as never));
  expect(valuesOf(map as never)).toEqual([{ a: 1 }, null]);
});

test("answers that a column cannot hold come as JSON in texts, and none is another number than it was", () => {
  const column = (answers: unknown[]) =>
    arrow.tableFromIPC(arrowOf(arrow, { answers, schema: {} })).getChild("answer") as arrow.Vector;
  expect([...column([1n, -(2n ** 63n)])]).toEqual([1n, -(2n ** 63n)]);
  expect([...column([1n, 2n ** 63n])]).toEqual(['"1"', `"${2n ** 63n}"`]);
  expect([...column([1, 2n])]).toEqual(["1", '"2"']);
  const dates = column([new Date(NaN), new Date(5)]);
  expect([dates.get(0), Number(dates.get(1))]).toEqual([null, 5]);
});

test("rows of Parquet keep nulls by the same rule, fine instants, and single values", async () => {
  const folder = temporaryFolder();
  const write = (name: string, columnData: Parameters<typeof parquetWriteBuffer>[0]["columnData"]) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, new Uint8Array(parquetWriteBuffer({ columnData })));
    return file;
  };
  const rows = write("rows.parquet", [
    { name: "id", data: ["a", null], nullable: true },
    { name: "n", data: [1.5, null], type: "DOUBLE", nullable: true },
    { name: "big", data: [7n, 2n ** 60n], type: "INT64" },
    { name: "at", data: [new Date(5), new Date(1_700_000_000_000)], type: "TIMESTAMP" },
  ]);
  const number = { type: "number" };
  const schema = { type: "object", properties: { id: { type: "string" }, n: { anyOf: [number, { type: "null" }] } } };
  expect(await parquetRows(rows, schema)).toEqual([
    { id: "a", n: 1.5, big: 7, at: "1970-01-01T00:00:00.005Z" },
    { n: null, big: String(2n ** 60n), at: "2023-11-14T22:13:20.000Z" },
  ]);
  const values = write("values.parquet", [{ name: "x", data: [1.5, 2], type: "DOUBLE" }]);
  expect(await parquetRows(values, number)).toEqual([1.5, 2]);
  await expect(parquetRows(rows, number)).rejects.toThrow(/a row is one value, and it has 4 columns/);
});
