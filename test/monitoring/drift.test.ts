import { describe, expect, test } from "vitest";
import { chiSquareTail } from "../../runtime/monitoring/chi-square-tail.ts";
import { logFactorial } from "../../runtime/monitoring/log-factorial.ts";
import { sketchTable } from "../../runtime/sketch/sketch-table.ts";
import { compare, isAlarm, mixed, numbers, randomOf, rowsOf, type Random } from "./drawn-rows.ts";

test("a change that only a great many rows show is told as tiny", () => {
  const random = randomOf(3);
  const reference = rowsOf(random, { count: 200_000, row: ({ normal }) => normal() });
  const window = rowsOf(random, { count: 200_000, row: ({ normal }) => normal() + 0.03 });
  const [drift] = compare(reference, window);
  expect(drift).toMatchObject({ column: "input", isDrifted: true, effect: "tiny" });
  expect(drift!.shift).toBeCloseTo(0.03, 2);
}, 60_000);

describe("what changed is named", () => {
  const random = randomOf(11);
  const before = rowsOf(random, { count: 2000, row: mixed });
  const drifted = (change: (row: Record<string, unknown>) => object) =>
    compare(before, rowsOf(random, { count: 2000, row: (of) => change(mixed(of) as Record<string, unknown>) }))
      .filter(({ isDrifted }) => isDrifted)
      .map(({ column }) => column);

  test("a value that was not there before, values that are missing, a field of an object, another type, a new field", () => {
    expect(drifted((row) => ({ ...row, plan: random.uniform() < 0.05 ? "trial" : row["plan"] }))).toEqual([
      "input.plan",
    ]);
    expect(drifted((row) => ({ ...row, age: random.uniform() < 0.05 ? null : row["age"] }))).toEqual(["input.age"]);
    expect(drifted((row) => ({ ...row, nested: { depth: 3 } }))).toEqual(["input.nested.depth"]);
    expect(drifted((row) => ({ ...row, income: String(row["income"]) }))).toEqual(["input.income"]);
    expect(drifted((row) => ({ ...row, campaign: "spring" }))).toEqual(["input.campaign"]);
    expect(drifted((row) => row)).toEqual([]);
  }, 60_000);

  test("texts that are all different do not alarm by that; longer ones do, and many of one kind", () => {
    const text = (of: Random, words: number) =>
      Array.from({ length: words }, () => of.uniform().toString(36)).join(" ");
    const rows = (count: number, words: number) => rowsOf(random, { count, row: (of) => ({ note: text(of, words) }) });
    const reference = rows(1000, 3);
    expect(isAlarm(compare(reference, rows(1000, 3)))).toBe(false);
    expect(compare(reference, rows(1000, 4))[0]).toMatchObject({ column: "input.note.length", isDrifted: true });
    const spam = rows(1000, 3).map((row, at) => (at % 4 === 0 ? { note: "win a prize today now" } : row));
    expect(compare(reference, spam).find(({ column }) => column === "input.note")?.isDrifted).toBe(true);
  });
});

test("a column that was always the same is told when it is another, larger or smaller", () => {
  const always = (value: number) => Array.from({ length: 100 }, () => ({ value }));
  for (const other of [0.1, 0.9, -3, 1e6])
    expect(compare(always(0.5), always(other))).toMatchObject([{ column: "input.value", isDrifted: true }]);
  expect(compare(always(0.5), always(0.5))).toEqual([]);
});

test("a rare number is told when it is twice as frequent, on either side of the one that nearly all rows have", () => {
  const rows = (rare: number, share: number) =>
    Array.from({ length: 2000 }, (_, at) => ({ flag: at < share * 2000 ? rare : 0 }));
  for (const rare of [1, -1]) {
    const columns = compare(rows(rare, 0.03), rows(rare, 0.06));
    expect(columns, String(rare)).toMatchObject([{ column: "input.flag", isDrifted: true }]);
    expect(isAlarm(compare(rows(rare, 0.03), rows(rare, 0.031)))).toBe(false);
  }
});

test("few rows are enough to see that half of them are beyond all there was", () => {
  const young = Array.from({ length: 800 }, (_, at) => ({ age: at % 11 === 0 ? 15 : 25 }));
  const older = Array.from({ length: 48 }, (_, at) => ({ age: at % 2 === 0 ? 25 : 45 }));
  expect(compare(young, older)).toMatchObject([{ column: "input.age", isDrifted: true, effect: "large" }]);
  expect(isAlarm(compare(young, young.slice(0, 48)))).toBe(false);
});

test("fewer than twenty rows are not compared", () => {
  const random = randomOf(5);
  const reference = rowsOf(random, { count: 500, row: numbers });
  expect(compare(reference, rowsOf(random, { count: 19, row: numbers }))).toEqual([]);
});

test("a sketch stays small, its counts are exact, and its quantiles are within half a percent", () => {
  const random = randomOf(9);
  const sorted = Array.from({ length: 50_000 }, () => Math.exp(2 * random.normal())).sort((a, b) => a - b);
  const wide = sorted.map((amount, at) => ({ amount, id: `id-${at}`, pixels: new Float32Array(784).fill(at) }));
  const sketch = sketchTable(wide);
  expect(JSON.stringify(sketch).length).toBeLessThan(30_000);
  const amount = sketch.columns.find(({ path }) => path === "amount")!;
  if (amount.kind !== "number") throw new Error("it is a number");
  expect(amount.edges.length).toBeLessThanOrEqual(200);
  for (const [at, edge] of amount.edges.entries()) {
    const below = sorted.findIndex((value) => value >= edge);
    expect(amount.counts.slice(0, at + 1).reduce((a, b) => a + b)).toBe(below);
  }
  // Between two edges there are never more than a two-hundredth of the rows: a quantile is at most so far off.
  expect(amount.counts.filter((count) => count > 50_000 / 200 + 1)).toEqual([]);
}, 60_000);

test("tails of the chi-square distribution are those of tables", () => {
  expect(chiSquareTail(3.841459, 1)).toBeCloseTo(0.05, 6);
  expect(chiSquareTail(27.87716, 9)).toBeCloseTo(0.001, 8);
  expect(chiSquareTail(2.087901, 9)).toBeCloseTo(0.99, 6);
  expect(chiSquareTail(200, 10) / 1.61393e-37).toBeCloseTo(1, 3);
});

test("columns that are always the same make no rare value of another one alarm more often than it may", () => {
  const constant = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`c${at}`, 0]));
  const sample = (rows: number, rare: number) =>
    Array.from({ length: rows }, (_, at) => ({ ...constant, plan: at < rare ? "rare" : "usual" }));
  const [inside, before, now] = [51, 2000, 40];
  let alarms = 0;
  // Of all ways to divide the same rows: one rare row is expected among the 40.
  for (let rare = 0; rare <= 9; rare += 1)
    if (isAlarm(compare(sample(before, inside - rare), sample(now, rare))))
      alarms += shareOf({ inside, outside: before + now - inside, drawn: now }, rare);
  expect(alarms).toBeGreaterThan(0.001);
  expect(alarms).toBeLessThanOrEqual(0.01);
});

/** Of all draws those that have so many of the cell's rows. */
function shareOf(
  { inside, outside, drawn }: { inside: number; outside: number; drawn: number },
  count: number,
): number {
  const choose = (n: number, k: number) => logFactorial(n) - logFactorial(k) - logFactorial(n - k);
  return Math.exp(choose(inside, count) + choose(outside, drawn - count) - choose(inside + outside, drawn));
}
