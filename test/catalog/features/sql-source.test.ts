import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { sqlProblem, withSql } from "../../../runtime/catalog/features/sources/open-sql.ts";
import { chunksOf, readSql, sqlColumns } from "../../../runtime/catalog/features/sources/read-sql.ts";
import { count, entity, featureView, features, last, sql, sum } from "../../../sdk/features/index.ts";
import { node, ROOT, temporaryFolder } from "../../rigs/harness.ts";

const customer = entity("customer", { keys: { id: "bigint" } });
const ORDERS = `SELECT * FROM (VALUES
  (1, TIMESTAMP '2026-03-01 12:00:00.0005', 1.5::DECIMAL(9, 2), ['a']),
  (1, TIMESTAMP '2026-03-02 12:00:00', NULL, NULL)) t(id, "at", amount, tags);`;

test("the rows of a view are what a statement of SQL gives, of which the columns that are needed are read", async () => {
  const view = featureView("orders", {
    entity: customer,
    source: sql(ORDERS, { event: "at" }),
    features: { spent: sum("amount"), orders: count(), tags: last("tags") },
  });
  const days = ["2026-03-01T12:00:00.000Z", "2026-03-01T12:00:00.001Z", "2026-03-03"];
  const labels = [...days.map((day) => ({ id: 1n, day })), { id: 2n, day: "2026-03-03" }];
  expect(await features.historical(labels, [view.all], { timestamp: "day" })).toEqual([
    { ...labels[0], spent: 0, orders: 0, tags: null },
    { ...labels[1], spent: 1.5, orders: 1, tags: ["a"] },
    { ...labels[2], spent: 1.5, orders: 2, tags: null },
    { ...labels[3], spent: 0, orders: 0, tags: null },
  ]);
});

test("each type of DuckDB is a value that features know", async () => {
  const types: Record<string, [string, unknown]> = {
    bigint: ["9007199254740993::BIGINT", 9007199254740993n],
    hugeint: ["(-170141183460469231731687303715884105727)::HUGEINT", -170141183460469231731687303715884105727n],
    integer: ["7::INTEGER", 7],
    decimal: ["0.1::DECIMAL(38, 20)", 0.1],
    negative: ["-12.05::DECIMAL(4, 2)", -12.05],
    nan: ["'NaN'::DOUBLE", NaN],
    float: ["0.5::FLOAT", 0.5],
    missing: ["NULL", null],
    truth: ["true", true],
    text: ["'süd'", "süd"],
    choice: ["'a'::ENUM ('a', 'b')", "a"],
    timestamp: ["TIMESTAMP '2026-03-01 12:00:00.123'", new Date("2026-03-01T12:00:00.123Z")],
    zoned: ["TIMESTAMPTZ '2026-03-01 12:00:00+02'", new Date("2026-03-01T10:00:00Z")],
    unzoned: ["TIMESTAMP '2026-07-01 12:00:00'::TIMESTAMPTZ", new Date("2026-07-01T12:00:00Z")],
    nanos: ["TIMESTAMP_NS '2026-03-01 12:00:00.123'", new Date("2026-03-01T12:00:00.123Z")],
    millis: ["TIMESTAMP_MS '2026-03-01 12:00:00.123'", new Date("2026-03-01T12:00:00.123Z")],
    seconds: ["TIMESTAMP_S '1969-12-31 23:59:59'", new Date(-1000)],
    date: ["DATE '1969-12-31'", new Date("1969-12-31")],
    list: ["[1::BIGINT, NULL]", [1n, null]],
    array: ["[DATE '2026-03-01']::DATE[1]", [new Date("2026-03-01")]],
    struct: ["{ a: 1.5, b: ['x'] }", { a: 1.5, b: ["x"] }],
    map: ["MAP { 'a': 1 }", [{ key: "a", value: 1 }]],
    time: ["TIME '12:00:00'", "12:00:00"],
    interval: ["INTERVAL 3 DAY", "3 days"],
  };
  const list = Object.entries(types).map(([name, [text]]) => `${text} AS "${name}"`);
  const source = { statement: `SELECT ${list.join(", ")}`, database: null };
  const { columns, length } = await readSql(source, { values: Object.keys(types), clocks: [] });
  expect(length).toBe(1);
  for (const [name, [, wanted]] of Object.entries(types)) expect([name, columns.get(name)![0]]).toEqual([name, wanted]);
  const clocks = ["timestamp", "zoned", "nanos", "millis", "seconds", "date"];
  const { instants } = await readSql(source, { values: [], clocks });
  for (const name of clocks) expect(instants!.get(name)![0], name).toBe((types[name]![1] as Date).getTime());
});

test("a statement may end with semicolons and comments, and have them in texts and names", async () => {
  const statements = [
    "SELECT 1 AS a;",
    "SELECT 1 AS a -- no; end",
    "SELECT 1 AS a; -- it's the; end",
    "SELECT 1 AS a;; /* ; */ ;\n-- done",
    "SELECT 1 AS a, ';' AS b; -- ';'",
    "SELECT 1 AS a, '--;' AS b",
    'SELECT 1 AS a, 2 AS ";--" /* ; -- */;',
    "SELECT 1 AS a, $$;--$$ AS b -- $$;",
    "SELECT a -- ; --\n FROM (VALUES (1)) t(a)",
  ];
  for (const statement of statements) {
    const { columns } = await readSql({ statement, database: null }, { values: ["a"], clocks: [] });
    expect(Array.from(columns.get("a")!), statement).toEqual([1]);
  }
});

test("columns of DuckDB that lie in one piece of memory have the values that each of their rows has", async () => {
  // As many rows as several chunks of DuckDB have.
  const rows = 5000;
  const types = {
    double: "n / 7",
    float: "(n / 7)::FLOAT",
    small: "(n % 100)::TINYINT",
    unsigned: "(n % 60000)::USMALLINT",
    bigint: "(n - 2500) * 4611686018427",
    hole: "CASE WHEN n = 4321 THEN NULL ELSE n / 7 END",
    late: "CASE WHEN n > 4500 THEN NULL ELSE n END",
    text: "n::VARCHAR",
  };
  const clocks = {
    micros: "make_timestamp((n - 2500) * 1234567890123)",
    millis: "make_timestamp_ms((n - 2500) * 1234567890)",
    seconds: "make_timestamp((n - 2500) * 1000000)::TIMESTAMP_S",
    nanos: "make_timestamp_ns((n - 2500) * 1234567890123)",
    zoned: "make_timestamp((n - 2500) * 1234567890123)::TIMESTAMPTZ",
    day: "DATE '1970-01-01' + (n - 2500)::INTEGER",
    far: "CASE WHEN n = 3000 THEN 'infinity'::TIMESTAMP ELSE make_timestamp(n) END",
    integer: "n * 1000",
  };
  const all = Object.entries({ ...types, ...clocks });
  const statement = `SELECT ${all.map(([name, text]) => `${text} AS "${name}"`).join(", ")} FROM range(${rows}) t(n)`;
  const wanted = { values: Object.keys(types), clocks: Object.keys(clocks) };
  const found = await readSql({ statement, database: null }, wanted);
  await withSql({ statement, database: null }, async (open) => {
    for (const { name, isClock, read } of sqlColumns(open, wanted)) {
      const one: unknown[] = [];
      for await (const chunk of chunksOf(open, `SELECT "${name}" FROM ${open.table}`))
        one.push(...chunk.getColumnValues(0).map(read));
      const column = (isClock ? found.instants! : found.columns).get(name)!;
      expect(Array.from(column), name).toEqual(one);
    }
  });
  expect(found.columns.get("double")).toBeInstanceOf(Float64Array);
  expect(found.columns.get("bigint")).toBeInstanceOf(BigInt64Array);
  expect(found.instants!.get("micros")).toBeInstanceOf(Float64Array);
});

test("what DuckDB refuses is told in its own words, with the place in the statement", async () => {
  const read = (statement: string, database: string | null = null) =>
    readSql({ statement, database }, { values: ["a"], clocks: [] });
  const refused = (headline: string | RegExp, more: object = {}) => ({
    code: "MILLRACE_FEATURE",
    headline: typeof headline === "string" ? headline : (expect.stringMatching(headline) as string),
    ...more,
  });
  await expect(read("SELECT a,\n  b FRM x")).rejects.toMatchObject(
    refused('DuckDB cannot run the sql of a source: Parser Error: syntax error at or near "x"', {
      details: ["LINE 2:   b FRM x", "                ^"],
    }),
  );
  await expect(read("SELECT a FROM 'missing.parquet'")).rejects.toMatchObject(
    refused(/No files found .*missing.parquet/u),
  );
  await expect(read("SELECT 'x'::INTEGER AS a FROM range(3) t(n)")).rejects.toMatchObject(refused(/Conversion Error/u));
  await expect(read("SELECT 1 AS a; SELECT 2 AS a")).rejects.toMatchObject(
    refused("the sql of a source has to be one statement, not 2"),
  );
  await expect(read("CREATE TABLE x (a INTEGER)")).rejects.toMatchObject(refused(/has to be a SELECT/u));
  await expect(read("SELECT 1 AS a, 2 AS a")).rejects.toMatchObject(refused(/two columns a$/u));
  const missing = path.join(temporaryFolder(), "missing.duckdb");
  await expect(read("SELECT 1 AS a", missing)).rejects.toMatchObject(
    refused(/missing.duckdb cannot be opened by DuckDB/u),
  );
  expect(fs.existsSync(missing)).toBe(false);
  expect(sqlProblem(new Error("IO Error: gone")).headline).toContain("IO Error: gone");
  expect(() => sql(" ", { event: "at" })).toThrow("sql needs a statement");
});

test("where the package is not installed, the error says how to install it", async () => {
  const folder = path.join(temporaryFolder(), "project");
  fs.mkdirSync(path.join(folder, "node_modules"), { recursive: true });
  fs.cpSync(path.join(ROOT, "dist/features.js"), path.join(folder, "features.mjs"));
  const program = `import { sql } from "./features.mjs";
    await sql("SELECT 1 AS at", { event: "at" }).spec.read({ values: [], clocks: ["at"] }).catch((error) => {
      console.log(error.headline + " | " + error.hint);
    });`;
  fs.writeFileSync(path.join(folder, "main.mjs"), program);
  const { stdout, stderr } = await node([path.join(folder, "main.mjs")], { cwd: folder });
  expect(stdout.trim(), stderr).toBe(
    "sql needs the package @duckdb/node-api, which is not installed | npm install @duckdb/node-api",
  );
});
