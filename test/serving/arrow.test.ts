import { Table, tableFromIPC, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";
import * as arrow from "apache-arrow";
import fs from "node:fs";
import path from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { arrowOf } from "../../runtime/serving/columns/arrow-of.ts";
import { rowsOfArrow } from "../../runtime/serving/columns/rows-of-arrow.ts";
import { columnFileLines } from "../../runtime/serving/files/column-file-lines.ts";
import { temporaryFolder } from "../rigs/harness.ts";
import { serviceProject, startService } from "../rigs/serving/started-service.ts";
import { HONEST_AND_NOT } from "./services.ts";

const ARROW = "application/vnd.apache.arrow.stream";

function streamOf(columns: Readonly<Record<string, readonly unknown[]>>): Uint8Array {
  const vectors = Object.entries(columns).map(([name, values]) => [
    name,
    typeof values[0] === "string" ? vectorFromArray(values as string[], new Utf8()) : vectorFromArray(values),
  ]);
  return tableToIPC(new Table(Object.fromEntries(vectors)), "stream");
}

test("rows of Arrow are the rows that JSON would say, and answers come back as they were", () => {
  const at = new Date("2026-03-01T12:00:00.000Z");
  const bytes = streamOf({
    id: ["a", "b", null],
    count: [1n, 2n, 2n ** 60n],
    at: [at, at, at],
    list: [[1, 2], [4], [3]],
    inner: [{ x: 1 }, { x: 2 }, { x: 3 }],
  });
  const schema = { type: "object", properties: { id: { type: "string" } } };
  expect(rowsOfArrow(arrow, { bytes, schema })).toEqual([
    { id: "a", count: 1, at: at.toISOString(), list: [1, 2], inner: { x: 1 } },
    { id: "b", count: 2, at: at.toISOString(), list: [4], inner: { x: 2 } },
    { count: String(2n ** 60n), at: at.toISOString(), list: [3], inner: { x: 3 } },
  ]);
  const nullable = { type: "object", properties: { id: { anyOf: [{ type: "string" }, { type: "null" }] } } };
  expect(rowsOfArrow(arrow, { bytes, schema: nullable })[2]).toMatchObject({ id: null });
  expect(rowsOfArrow(arrow, { bytes: streamOf({ x: [1.5, 2] }), schema: { type: "number" } })).toEqual([1.5, 2]);

  const answers = [
    { a: 1, b: "x", c: true, d: [1, 2] },
    { a: 2.5, b: null, c: false, d: [] },
    { a: 3, e: 1, f: { g: "h" } },
  ];
  expect(rowsOfArrow(arrow, { bytes: arrowOf(arrow, { answers, schema: {} }), schema })).toEqual([
    { a: 1, b: "x", c: true, d: [1, 2], e: null, f: null },
    { a: 2.5, b: null, c: false, d: [], e: null, f: null },
    { a: 3, b: null, c: null, d: null, e: 1, f: { g: "h" } },
  ]);
  const mixed = tableFromIPC(arrowOf(arrow, { answers: [1, "x", null], schema: {} }));
  expect(mixed.getChild("answer")?.toArray()).toEqual(["1", '"x"', null]);
  const none = tableFromIPC(arrowOf(arrow, { answers: [], schema }));
  expect([none.numRows, none.schema.names]).toEqual([0, ["id"]]);
});

test("a service takes and gives streams of Arrow, and refuses what is none", { timeout: 300_000 }, async () => {
  const service = await startService(serviceProject(HONEST_AND_NOT));
  const post = (to: string, body: Uint8Array | string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${service.address}${to}`, {
      method: "POST",
      body: typeof body === "string" ? body : new Uint8Array(body),
      headers: { "content-type": ARROW, ...headers },
    });
  const rows = Array.from({ length: 300 }, (_, index) => ({ id: `row ${index}`, n: index / 3 }));
  const stream = streamOf({ id: rows.map(({ id }) => id), n: rows.map(({ n }) => n) });

  // Requests without rows share a call with it: each gets its own kind of answer.
  const [answer, ...empty] = await Promise.all([
    post("/echo", stream),
    ...Array.from({ length: 5 }, () => service.post("/echo", [])),
  ]);
  expect([answer!.status, answer!.headers.get("content-type")]).toEqual([200, ARROW]);
  const table = tableFromIPC(await answer!.arrayBuffer());
  expect(table.toArray().map((row) => ({ ...(row.toJSON() as object) }))).toEqual(rows);
  for (const one of empty) expect(await one.json()).toEqual([]);

  const asJson = await post("/echo", stream, { accept: "application/json" });
  expect(await asJson.json()).toEqual(rows);
  const asArrow = await service.post("/double", [1, 2], { accept: ARROW });
  expect(
    tableFromIPC(await asArrow.arrayBuffer())
      .getChild("answer")
      ?.toArray(),
  ).toEqual(new Float64Array([2, 4]));

  for (const body of ["", "no arrow", stream.subarray(0, 200), stream.subarray(0, stream.length - 600), "[1, 2]"]) {
    const refused = await post("/echo", body);
    const { error } = (await refused.json()) as { error: string };
    expect([refused.status, error], String(body.length)).toEqual([400, expect.stringContaining("not an Arrow stream")]);
  }
  const unfit = await post("/echo", streamOf({ id: ["a", "b"], n: ["x", "y"] }));
  expect([
    unfit.status,
    ((await unfit.json()) as { issues: { path: unknown[] }[] }).issues.map(({ path: at }) => at),
  ]).toEqual([
    422,
    [
      [0, "n"],
      [1, "n"],
    ],
  ]);
  expect((await service.post("/echo", { id: "a" })).status).toBe(200);
});

test("rows of Parquet and Arrow files become JSON lines", async () => {
  const folder = temporaryFolder();
  const write = (name: string, bytes: Uint8Array | string) => {
    fs.writeFileSync(path.join(folder, name), bytes);
    return path.join(folder, name);
  };
  const columnData = [
    { name: "id", data: ["a", "b"] },
    { name: "n", data: [1.5, null], type: "DOUBLE" as const, nullable: true },
    { name: "count", data: [7n, 8n], type: "INT64" as const },
  ];
  const parquet = write("rows.parquet", new Uint8Array(parquetWriteBuffer({ columnData })));
  const ofParquet = await columnFileLines(parquet, { format: "parquet", schema: {} });
  expect(fs.readFileSync(ofParquet.file, "utf8")).toBe('{"id":"a","n":1.5,"count":7}\n{"id":"b","n":null,"count":8}\n');
  ofParquet.remove();
  expect(fs.existsSync(path.dirname(ofParquet.file))).toBe(false);

  const ofArrow = await columnFileLines(write("rows.arrow", streamOf({ id: ["a"], n: [1.5] })), {
    format: "arrow",
    schema: {},
  });
  expect(fs.readFileSync(ofArrow.file, "utf8")).toBe('{"id":"a","n":1.5}\n');
  ofArrow.remove();
  await expect(columnFileLines(write("no.arrow", "no"), { format: "arrow", schema: {} })).rejects.toThrow(
    /Cannot read no\.arrow because it is not Arrow/,
  );
  await expect(columnFileLines(write("no.parquet", "no"), { format: "parquet", schema: {} })).rejects.toThrow(
    /Cannot read .*no\.parquet because it is not Parquet/,
  );
});
