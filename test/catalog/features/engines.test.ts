import fc from "fast-check";
import { expect, test } from "vitest";
import { sqlByKey } from "../../../runtime/catalog/features/sources/sql-by-key.ts";
import type { SourceRows } from "../../../runtime/catalog/features/source-spec.ts";
import type { KeyType } from "../../../runtime/catalog/features/view-spec.ts";
import * as sdk from "../../../sdk/features/index.ts";
import { isSoak } from "../../setup/tier.ts";
import { oracle, type OracleRow } from "./oracle.ts";

const RUNS = isSoak() ? 10_000 : 100;
const { count, distinct, entity, featureView, features, first, last, max, mean, min, quantile, rows, sql, sum } = sdk;
const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 2, 29);

type Key = string | number | bigint;
interface Case {
  readonly type: string;
  readonly keys: readonly Key[];
}

const KEYS: Readonly<Partial<Record<KeyType, Case>>> = {
  string: { type: "VARCHAR", keys: ["a", "ä", "'", "", "10", "9"] },
  number: { type: "DOUBLE", keys: [0, -0, 0.1, -5, 1e300] },
  bigint: { type: "BIGINT", keys: [0n, 9007199254740993n, 9007199254740992n, -1n] },
};
const NUMBERS: Readonly<Record<string, fc.Arbitrary<number | null>>> = {
  DOUBLE: fc.oneof(
    fc.constantFrom(0, -0, 0.1, 0.2, -0.3, 1e16, -1e16, 1e-300, NaN, Infinity, -Infinity, 1.7e308, null),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ),
  BIGINT: fc.option(fc.maxSafeInteger()),
};
const step = fc.integer({ min: 0, max: 30 }).map((half) => START + half * 1_800_000);

function over(window: "1h" | "3h" | undefined, suffix: string) {
  return {
    [`sum_${suffix}`]: sum("value", { window }),
    [`mean_${suffix}`]: mean("value", { window }),
    [`min_${suffix}`]: min("value", { window }),
    [`max_${suffix}`]: max("value", { window }),
    [`distinct_${suffix}`]: distinct("value", { window }),
    [`count_${suffix}`]: count({ window }),
    [`quantile_${suffix}`]: quantile("value", { at: 0.3, window }),
    [`last_${suffix}`]: last("value", { window }),
    [`first_${suffix}`]: first("value", { window }),
  };
}
const ALL = { ...over(undefined, "all"), ...over("1h", "1h"), ...over("3h", "3h") };
const WINDOWS: Readonly<Record<string, number>> = { "1h": HOUR_MS, "3h": 3 * HOUR_MS };

const cases = fc
  .tuple(fc.constantFrom(...(Object.keys(KEYS) as KeyType[])), fc.constantFrom(...Object.keys(NUMBERS)))
  .chain(([keyType, valueType]) => {
    const key = fc.option(fc.constantFrom(...KEYS[keyType]!.keys), { freq: 9 });
    const row = fc.record({ id: key, event: step, created: step, value: NUMBERS[valueType]! });
    const label = fc.record({ id: key, at: step });
    return fc.record({
      keyType: fc.constant(keyType),
      valueType: fc.constant(valueType),
      data: fc.array(row, { maxLength: 40 }),
      labels: fc.array(label, { maxLength: 12 }),
      partRows: fc.constantFrom(1, 2, 5, 1000),
    });
  });

/** In another zone than the one that it is written in. */
function zoned(time: number): string {
  return `${new Date(time + 5.5 * HOUR_MS).toISOString().slice(0, -1)}+05:30`;
}

function literal(value: unknown, type: string): string {
  const text = Object.is(value, -0) ? "-0" : String(value).replaceAll("'", "''");
  return value === null ? `NULL::${type}` : `'${text}'::${type}`;
}

test("both engines give what the definition says, bit for bit, whatever rows are late, tied or missing", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ keyType, valueType, data, labels, partRows }) => {
      const keyColumn = KEYS[keyType]!.type;
      const lines = data.map(({ id, event, created, value }) => {
        const clocks = `'${zoned(event)}'::TIMESTAMPTZ, '${new Date(created).toISOString().slice(0, -1)}'::TIMESTAMP`;
        return `(${literal(id, keyColumn)}, ${clocks}, ${literal(value, valueType)})`;
      });
      const none = `(NULL::${keyColumn}, NULL::TIMESTAMPTZ, NULL::TIMESTAMP, NULL::${valueType})`;
      const table = `(VALUES ${lines.join(", ") || none}) t(id, "event", created, "value")`;
      const statement = `SELECT * FROM ${table}${lines.length === 0 ? " WHERE false" : ""}`;
      const source = sql(statement, { event: "event", created: "created" });
      const byKey = sqlByKey({ statement, database: null }, { partRows });
      const view = featureView("view", {
        entity: entity("customer", { keys: { id: keyType } }),
        source: { spec: { ...source.spec, byKey } },
        features: ALL,
        ttl: "2h",
      });
      const of = (engine: sdk.FeatureEngine): Promise<readonly Record<string, unknown>[]> =>
        features.historical(labels, [view.all], { timestamp: "at", engine });
      const found = await of("duckdb");
      expect(found).toStrictEqual(await of("plain"));
      const textOf = (id: Key | null) => (id === null ? null : String(id));
      // DuckDB gives integers of 64 bits as bigints.
      const given = (value: number | null) => (valueType === "BIGINT" && value !== null ? BigInt(value) : value);
      const known = data.map(({ id, value, ...rest }): OracleRow => ({
        ...rest,
        key: textOf(id),
        value: given(value),
      }));
      labels.forEach(({ id, at }, place) => {
        for (const feature of Object.keys(ALL)) {
          const [name = "", suffix = ""] = feature.split("_");
          const ofOneRow = name === "last" || name === "first" ? 2 * HOUR_MS : Infinity;
          const question = {
            name: name as "sum",
            key: textOf(id),
            time: at,
            windowMs: WINDOWS[suffix] ?? ofOneRow,
            at: 0.3,
          };
          expect(found[place]?.[feature], feature).toBe(oracle(known, question));
        }
      });
    }),
    { numRuns: RUNS },
  );
}, 3_600_000);

const customer = entity("customer", { keys: { id: "string" } });

test("a key that comes in two pieces is computed with all of its rows", async () => {
  const data = ["a", "b", "a"].map((id) => ({ id, at: START, value: 1 }));
  const { spec } = rows(data, { event: "at" });
  const byKey = {
    each: async (...[wanted, , take]: Parameters<NonNullable<typeof spec.byKey>["each"]>) => {
      take.part(await spec.read(wanted));
    },
  };
  const all = { spent: sum("value") };
  const view = featureView("view", { entity: customer, source: { spec: { ...spec, byKey } }, features: all });
  expect(await features.historical([{ id: "a", at: START }], [view.all], { timestamp: "at" })).toMatchObject([
    { spent: 2 },
  ]);
});

test("few rows of a statement come in its order, many of them part by part, each key whole", async () => {
  const byKey = sqlByKey(
    { statement: "SELECT n % 3 AS id, n FROM range(7) t(n); -- all", database: null },
    { partRows: 2 },
  );
  const of = async (wholeUpTo: number) => {
    const given: unknown[][] = [];
    const take = (rows: SourceRows) => given.push(Array.from(rows.columns.get("n")!));
    const by = { keys: ["id"], wholeUpTo };
    await byKey.each({ values: ["id", "n"], clocks: [] }, by, { whole: take, part: (rows) => take(rows) > 0 });
    return given;
  };
  expect(await of(7)).toEqual([[0n, 1n, 2n, 3n, 4n, 5n, 6n]]);
  expect(await of(6)).toEqual([
    [0n, 3n, 6n],
    [1n, 4n],
    [2n, 5n],
  ]);
});

test("DuckDB sorts the rows where it is asked to, and errors name the row as without it", async () => {
  const statement =
    "SELECT * FROM (VALUES ('b', DATE '2026-03-01', '7'), ('a', DATE '2026-03-01', 'x')) t(id, day, value)";
  const source = sql(statement, { event: "day" });
  const view = featureView("view", { entity: customer, source, features: { spent: sum("value") } });
  const labels = [{ id: "a", at: START }];
  for (const engine of ["plain", "duckdb"] as const)
    await expect(features.historical(labels, [view.all], { timestamp: "at", engine })).rejects.toMatchObject({
      headline: expect.stringMatching(/^sum spent of view needs numbers: value is "(7|x)" at row (1|2)$/u) as string,
    });
  const other = featureView("view", {
    entity: customer,
    source: sql(statement, { event: "day" }),
    features: { spent: sum("vlaue") },
  });
  for (const engine of ["plain", "duckdb"] as const)
    await expect(features.historical(labels, [other.all], { timestamp: "at", engine })).rejects.toMatchObject({
      details: ["it has: id, day, value"],
    });
  const ofRows = featureView("view", { entity: customer, source: rows([], { event: "at" }), features: { n: count() } });
  await expect(features.historical(labels, [ofRows.all], { timestamp: "at", engine: "duckdb" })).rejects.toThrow(
    "view cannot be computed by duckdb because its source is not sql but rows",
  );
  await expect(
    features.historical(labels, [view.all], { timestamp: "at", engine: "spark" as "plain" }),
  ).rejects.toThrow('there is no engine "spark"');
});
