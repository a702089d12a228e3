import { expect, test } from "vitest";
import { drawHypergeometric } from "../../runtime/monitoring/draw-hypergeometric.ts";
import { finishSteps } from "../../runtime/monitoring/finish-steps.ts";
import { hypergeometricTail } from "../../runtime/monitoring/hypergeometric-tail.ts";
import { homogeneity, probabilityOf } from "../../runtime/monitoring/homogeneity.ts";
import { logFactorial } from "../../runtime/monitoring/log-factorial.ts";
import { DrawBudget } from "../../runtime/monitoring/permutation-tail.ts";
import { pooledCells } from "../../runtime/monitoring/pooled-cells.ts";
import { randomOf } from "./drawn-rows.ts";

test("factorials are exact beyond the table as well", () => {
  let sum = 0;
  for (let n = 2; n <= 5000; n += 1) sum += Math.log(n);
  expect(logFactorial(5000) / sum).toBeCloseTo(1, 12);
  expect(Math.exp(logFactorial(10))).toBeCloseTo(3_628_800, 3);
});

test.each([
  { inside: 30, outside: 70, drawn: 8 },
  { inside: 30, outside: 70, drawn: 40 },
  { inside: 700, outside: 300, drawn: 940 },
  { inside: 40, outside: 200_000, drawn: 60_000 },
])("drawn counts of %j are distributed as they should", (urn) => {
  const { uniform } = randomOf(31);
  const draws = 100_000;
  const most = Math.min(urn.inside, urn.drawn);
  const seen = new Array<number>(most + 1).fill(0);
  for (let draw = 0; draw < draws; draw += 1) seen[drawHypergeometric(urn, uniform)]! += 1;
  const mean = (urn.drawn * urn.inside) / (urn.inside + urn.outside);
  let below = 0;
  for (const [count, times] of seen.entries()) {
    const before = below;
    below += times;
    // The share so far out is the tail of the distribution, but for five standard errors.
    const isHigh = count > mean;
    const share = (isHigh ? draws - before : below) / draws;
    const tail = hypergeometricTail(urn, count);
    expect(Math.abs(share - tail)).toBeLessThan(5 * Math.sqrt((tail * (1 - tail)) / draws) + 1e-4);
  }
});

test("a hypergeometric tail is that of its definition", () => {
  // Of 10 rows 4 are in the cell; of 5 drawn ones 4 are: 6 of the 252 ways to draw.
  expect(hypergeometricTail({ inside: 4, outside: 6, drawn: 5 }, 4)).toBeCloseTo(6 / 252, 12);
  expect(hypergeometricTail({ inside: 4, outside: 6, drawn: 5 }, 0)).toBeCloseTo(6 / 252, 12);
});

test("of a column that hardly any row has there is nothing to compare", () => {
  const pair = { reference: [2, 0, 1, 997], window: [1, 0, 0, 199] };
  expect(pooledCells(pair, { isOrdered: true, least: 5 }).reference).toEqual([1000]);
  expect(homogeneity(pair, { isOrdered: true })).toBeNull();
  const few = { reference: [2, 1, 3, 994], window: [1, 0, 2, 197] };
  expect(homogeneity(few, { isOrdered: true })?.cells).toEqual({ reference: [6, 994], window: [3, 197] });
});

test("a value that nearly all rows have stands alone where those beside it are enough to compare", () => {
  const pair = { reference: [30, 940, 20, 10, 0], window: [30, 930, 30, 10, 0] };
  expect(pooledCells(pair, { isOrdered: true, least: 5 }).reference).toEqual([30, 940, 30]);
});

test("a difference between a million rows is certain at once; one that is cut short never alarms by that", () => {
  const sure = homogeneity({ reference: [500_000, 500_000, 0], window: [480_000, 520_000, 0] }, { isOrdered: true })!;
  const budget = new DrawBudget();
  expect(finishSteps(probabilityOf(sure, { level: 1e-6, budget })).p).toBeLessThan(1e-9);
  expect(budget.left).toBe(new DrawBudget().left);
  const close = homogeneity(
    { reference: [30, 30, 30, 30, 30, 30, 0], window: [45, 14, 44, 15, 45, 17, 0] },
    { isOrdered: true },
  )!;
  const whole = finishSteps(probabilityOf(close, { level: 0.001, budget }));
  expect([...probabilityOf(close, { level: 1e-4, lastLevel: 1, budget })].length, "turns of others").toBeGreaterThan(5);
  expect(whole.isBounded).toBe(false);
  budget.left = 600;
  const cut = finishSteps(probabilityOf(close, { level: 0.001, budget }));
  expect(cut.isBounded).toBe(true);
  expect(cut.p).toBeGreaterThan(whole.p);
});
