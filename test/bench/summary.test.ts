import { expect, test } from "vitest";
import { timeCommand } from "./command.ts";
import { measurePairs } from "./measure.ts";
import { measureScaled } from "./scaled.ts";
import { failure, spread, summarize } from "./summary.ts";
import type { BenchCase, Pair, Side } from "./bench-case.ts";

const benchCase: BenchCase = {
  name: "pairs",
  measures: "nothing real",
  runs: 3,
  target: { atLeast: 6 },
  prepare: async () => pair,
};
const pair: Pair = { first: side([1]), second: side([1]) };

test("the ratio is taken pair by pair, and the target judges its median", () => {
  const samples = { firstMs: [10, 20, 30], secondMs: [50, 200, 210] };
  const { ratio, isMet } = summarize(benchCase, { pair, samples });
  expect(ratio).toEqual({ samples: [5, 10, 7], median: 7, min: 5, max: 10 });
  expect(isMet).toBe(true);
});

test("a case without a second side has figures but no verdict", () => {
  const alone = { first: pair.first, second: null };
  const summary = summarize(benchCase, { pair: alone, samples: { firstMs: [10], secondMs: [] } });
  expect(summary).toMatchObject({ first: { ms: { median: 10 } }, second: null, ratio: null, isMet: null });
});

test("a bound on the first side's time is judged without a second side", () => {
  const alone = { pair: { first: pair.first, second: null }, samples: { firstMs: [10, 30, 20], secondMs: [] } };
  expect(summarize({ ...benchCase, target: { firstAtMostMs: 20 } }, alone).isMet).toBe(true);
  expect(summarize({ ...benchCase, target: { firstAtMostMs: 19 } }, alone).isMet).toBe(false);
});

test("what a side shows beside its time is judged by its median", () => {
  const first: Side = {
    ...pair.first,
    figures: () => [{ label: "peak", unit: "MB", samples: [700, 400, 300], atMost: 500 }],
  };
  const { figures } = summarize(benchCase, {
    pair: { first, second: null },
    samples: { firstMs: [1, 2, 3], secondMs: [] },
  });
  expect(figures).toMatchObject([{ label: "peak", values: { median: 400, max: 700 }, isMet: true }]);
});

test("a failed case has no figures and no verdict", () => {
  expect(failure(benchCase, new Error("wrong result"))).toMatchObject({
    first: null,
    ratio: null,
    isMet: null,
    error: "wrong result",
  });
});

test("the median of an even number of samples lies between the two in the middle", () => {
  expect(spread([4, 1, 3, 2]).median).toBe(2.5);
});

test("the sides are measured in turns after one warm-up each", async () => {
  const order: string[] = [];
  const logged = (label: string): Side => ({ label, measure: async () => order.push(label) });
  await measurePairs({ first: logged("A"), second: logged("B") }, 2);
  expect(order).toEqual(["A", "B", "A", "B", "A", "B"]);
});

test("scaling multiplies the tasks, not the start and end of a run", async () => {
  const measure = async (tasks: number) => 2000 + tasks * 7;
  expect(await measureScaled(measure, { tasks: 1000, measuredTasks: 100 })).toBe(9000);
});

test("as many tasks as wanted are measured, not scaled", async () => {
  const asked: number[] = [];
  await measureScaled(async (tasks) => asked.push(tasks), { tasks: 1000, measuredTasks: 1000 });
  expect(asked).toEqual([1000]);
});

test.for([
  ["the exit code is wrong", "console.log('result=5'); process.exitCode = 3", "ended with 3 instead of 0"],
  ["the result is wrong", "console.log('result=50')", "did not print"],
])("a run does not count when %s", async ([, script = "", problem = ""]) => {
  const command = { args: ["-e", script], env: process.env, expects: { exitCode: 0, prints: /result=5\b/ } };
  await expect(timeCommand(command)).rejects.toThrow(problem);
});

function side(samples: readonly number[]): Side {
  const left = [...samples];
  return { label: "side", measure: async () => left.shift() ?? NaN };
}
