import { expect, test } from "vitest";
import { slowestSteps } from "../../runtime/cli/progress/slowest-steps.ts";
import type { StepCount } from "../../runtime/cli/progress/step-counts.ts";

const NOTHING = { total: 1, running: 0, done: 1, reused: 0, failed: 0, stopped: 0, retrying: 0 };

function took(seconds: Readonly<Record<string, number>>): StepCount[] {
  return Object.entries(seconds).map(([step, s]) => ({ ...NOTHING, step, firstStart: 1000, lastEnd: 1000 + s * 1000 }));
}

test("the three steps that took longest are named, the longest first", () => {
  const text = slowestSteps(took({ start: 1, prepare: 12, train: 7200, evaluate: 240, end: 2 }), 7_460_000);
  expect(text).toBe("train 2 h 00 min, evaluate 4 min 00 s, prepare 12.0 s");
});

test("a run that is short, or has few steps, has none to look for", () => {
  expect(slowestSteps(took({ start: 1, train: 2, evaluate: 1, end: 0.5 }), 4500)).toBe("");
  expect(slowestSteps(took({ start: 1, train: 60, end: 1 }), 62_000)).toBe("");
});

test("a step of which nothing ran is not one of them", () => {
  const counts = [
    ...took({ start: 1, prepare: 2, train: 60, end: 1 }),
    { ...NOTHING, step: "never", firstStart: 0, lastEnd: 0 },
  ];
  expect(slowestSteps(counts, 64_000)).toBe("train 1 min 00 s, prepare 2.0 s, start 1.0 s");
});
