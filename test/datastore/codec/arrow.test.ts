import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import {
  Bool, Field, Float64, List, RecordBatch, Table, tableFromArrays, TimestampMillisecond, Utf8, type Vector,
  vectorFromArray,
} from "apache-arrow"; // prettier-ignore
import { describe, expect, test } from "vitest";
import "../../../sdk/arrow.ts";
import { encode } from "../../../runtime/datastore/codec/encode.ts";
import { bytesOf, roundTrip, valueOf } from "./harness.ts";

const GOLDEN = path.join(import.meta.dirname, "../golden/v1/arrow/table.mlr");

describe("an Arrow table", () => {
  test("comes back with columns of every common type, nulls included", () => {
    const table = sampleTable();
    const result = roundTrip({ table }).table;
    expect(result).toBeInstanceOf(Table);
    expect(rowsOf(result)).toEqual(rowsOf(table));
    expect(result.schema.toString()).toBe(table.schema.toString());
    expect(result.schema.metadata).toEqual(new Map([["unit", "m"]]));
  });

  test("is not copied on its way out", () => {
    const values = new Float64Array(100_000);
    const { chunks } = encode(tableFromArrays({ values }), "a");
    expect(chunks.some((chunk) => chunk.buffer === values.buffer && chunk.byteLength === values.byteLength)).toBe(true);
  });

  test("is read into one buffer, of which its columns are views", () => {
    const result = roundTrip(tableFromArrays({ a: new Float64Array(1000), b: new Int32Array(1000) }));
    const [a, b] = [result.getChild("a")!.toArray(), result.getChild("b")!.toArray()];
    expect(a.buffer).toBe(b.buffer);
  });

  test("that is a slice of a large one takes the space of its own rows", () => {
    const large = tableFromArrays({ a: Float64Array.from({ length: 100_000 }, (_, row) => row), s: names(100_000) });
    const slice = large.slice(500, 510);
    expect(rowsOf(roundTrip(slice))).toEqual(rowsOf(slice));
    expect(encode(slice.select(["a"]), "a").size).toBeLessThan(2000);
  });

  test("has the same bytes as an equal one, whatever was made before it", () => {
    const make = () => tableFromArrays({ s: ["x", "y", "x"], t: ["p", "q", "p"], n: Int32Array.of(1, 2, 3) });
    expect(bytesOf(make()).equals(bytesOf(make()))).toBe(true);
    expect(bytesOf(roundTrip(make())).equals(bytesOf(make()))).toBe(true);
  });

  test("of several batches, or of none, keeps them", () => {
    const part = tableFromArrays({ n: Int32Array.of(1, 2), s: ["a", "b"] });
    const whole = part.concat(part);
    expect(roundTrip(whole).batches).toHaveLength(whole.batches.length);
    expect(rowsOf(roundTrip(whole))).toEqual(rowsOf(whole));
    const empty = new Table(part.schema);
    expect(roundTrip(empty).numRows).toBe(0);
    expect(roundTrip(empty).schema.names).toEqual(["n", "s"]);
  });

  test("is a table for people too", () => {
    expect(encode(tableFromArrays({ n: Int32Array.of(1) }), "a").type).toBe("Table");
  });

  test("of format 1 is read as it always was", () => {
    const { table } = valueOf(fs.readFileSync(GOLDEN)) as { table: Table };
    expect(rowsOf(table)).toEqual([
      { city: "Oslo", people: 709_037, area: 454.03 },
      { city: "Bergen", people: 291_940, area: 464.71 },
      { city: "Oslo", people: null, area: 454.03 },
    ]);
  });
});

test("record batches and vectors come back as what they were", () => {
  const batch = tableFromArrays({ n: Int32Array.of(1, 2, 3), s: names(3) }).batches[0] as RecordBatch;
  expect(roundTrip(batch)).toBeInstanceOf(RecordBatch);
  expect([...roundTrip(batch)].map(String)).toEqual([...batch].map(String));
  for (const vector of [vectorFromArray([1.5, null, 3]), vectorFromArray(["a", "b", "a"]), lists()] as Vector[]) {
    expect(JSON.stringify(roundTrip(vector))).toBe(JSON.stringify(vector));
  }
});

describe("without millrace/arrow", () => {
  test("reading a table says what to import, and storing one too", async () => {
    const [reading, storing] = await outcomes(`
      import fs from "node:fs";
      import { tableFromArrays } from "apache-arrow";
      import { bytesOf, valueOf } from "./test/datastore/codec/harness.ts";
      for (const act of [() => valueOf(fs.readFileSync(${JSON.stringify(GOLDEN)})), () => bytesOf(tableFromArrays({ a: [1] }))]) {
        try { act(); } catch (error) { console.log(JSON.stringify([error.code, error.message, error.hint])); }
      }`);
    expect(reading).toEqual([
      "MILLRACE_UNREGISTERED_TYPE",
      expect.any(String),
      expect.stringContaining("millrace/arrow"),
    ]);
    expect(storing).toEqual(["MILLRACE_UNSTORABLE", expect.any(String), expect.stringContaining("millrace/arrow")]);
    expect(storing![1]).toContain("an Arrow Table cannot be stored");
  });
});

function sampleTable(): Table {
  const columns = {
    floats: vectorFromArray([0.5, null, -0.25], new Float64()),
    flags: vectorFromArray([true, false, null], new Bool()),
    texts: vectorFromArray(["ä", null, "日本"], new Utf8()),
    kinds: vectorFromArray(["a", "b", "a"]),
    times: vectorFromArray([new Date(0), null, new Date(1.7e12)], new TimestampMillisecond()),
    big: vectorFromArray([1n, 2n, -3n]),
    lists: lists(),
  };
  const table = new Table(columns);
  table.schema.metadata.set("unit", "m");
  return table;
}

function lists(): Vector {
  return vectorFromArray([[1, 2], null, []], new List(new Field("item", new Float64())));
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, row) => `name ${row % 7}`);
}

function rowsOf(table: Table): unknown[] {
  return table
    .toArray()
    .map((row) => JSON.parse(JSON.stringify(row, (_key, value: unknown) => plain(value))) as unknown);
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

async function outcomes(script: string): Promise<string[][]> {
  const flags = ["--import", "tsx", "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, flags, {
    cwd: path.join(import.meta.dirname, "../../.."),
  });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as string[]);
}
