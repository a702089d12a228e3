import fs from "node:fs";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { readParquet } from "../../../runtime/catalog/features/sources/read-parquet.ts";
import type { SourceRows } from "../../../runtime/catalog/features/source-spec.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

const VALUES: Readonly<Record<string, string>> = {
  double: "CASE WHEN n = 7 THEN 'NaN'::DOUBLE WHEN n = 8 THEN '-0'::DOUBLE ELSE n / 7 END",
  float: "(n / 7)::FLOAT",
  small: "(n % 100)::TINYINT",
  unsigned: "(n + 4294960000)::UINTEGER",
  integer: "n::INTEGER",
  bigint: "n * 4611686018427",
  hole: "CASE WHEN n % 3 = 0 THEN NULL ELSE n / 7 END",
  none: "NULL::DOUBLE",
  decimal: "(n / 7)::DECIMAL(18, 3)",
  text: "'t' || n",
  truth: "n % 2 = 0",
  at: "make_timestamp(n * 1234567)",
  list: "[n]",
};
const CLOCKS: Readonly<Record<string, string>> = {
  micros: "make_timestamp((n - 1500) * 1234567890123)",
  zoned: "make_timestamp(n * 1234567890123)::TIMESTAMPTZ",
  seconds: "make_timestamp(n * 1000000)::TIMESTAMP_S",
  millis: "make_timestamp_ms(n * 1234567)",
  nanos: "make_timestamp_ns(n * 1234567)",
  day: "DATE '1970-01-01' + (n - 1500)::INTEGER",
  epoch: "n * 1000",
};

test("DuckDB and hyparquet read the same values of files of Parquet, in the same order", async () => {
  const folder = temporaryFolder();
  const write = async (name: string, columns: Readonly<Record<string, string>>, rows: number) => {
    const file = path.join(folder, name);
    const list = Object.entries(columns).map(([column, text]) => `${text} AS "${column}"`);
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const select = `SELECT ${list.join(", ")} FROM range(${rows}) t(n)`;
    await connection.run(`COPY (${select}) TO '${file.replaceAll("'", "''")}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`);
    connection.closeSync();
    instance.closeSync();
    return file;
  };
  const files = [
    await write("it's 1.parquet", { ...VALUES, ...CLOCKS }, 3000),
    // Of other columns, in another order, and of none.
    await write("2.parquet", { ...CLOCKS, double: "n / 3", text: "'x'", other: "1" }, 2500),
    await write("3.parquet", { ...VALUES, ...CLOCKS }, 0),
  ];
  const wanted = { values: [...Object.keys(VALUES), "missing"], clocks: [...Object.keys(CLOCKS), "double"] };
  const read = (of: readonly string[], manyValues: number) => readParquet(of, wanted, { manyValues });
  const plain = ({ columns, instants, ...rows }: SourceRows) => ({
    ...{ length: rows.length, names: rows.names, places: [0, 2999, 3000].map((row) => rows.where(row)) },
    columns: [...columns].map(([name, column]) => [name, Array.from(column, (value) => value ?? null)]),
    instants: [...instants!].map(([name, column]) => [name, Array.from(column, (value) => value ?? null)]),
  });
  for (const of of [files, files.slice(0, 1), Array.from({ length: 20 }, () => files[1]!)]) {
    const scanned = await read(of, 1);
    expect(plain(scanned)).toEqual(plain(await read(of, Infinity)));
    expect(scanned.columns.get("double")).toBeInstanceOf(Float64Array);
  }
  // A pattern to DuckDB, and damaged.
  const odd = path.join(folder, "a[12].parquet");
  fs.copyFileSync(files[0]!, odd);
  expect((await read([odd], 1)).length).toBe(3000);
  const bytes = fs.readFileSync(odd);
  fs.writeFileSync(odd, bytes.subarray(0, bytes.length - 9));
  await expect(read([odd], 1)).rejects.toThrow(/a\[12\]\.parquet cannot be read as Parquet/u);
});
