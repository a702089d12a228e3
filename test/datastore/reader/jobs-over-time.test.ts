import { expect, test } from "vitest";
import { jobsOverTime } from "../../../runtime/datastore/reader/jobs-over-time.ts";
import type { RunSummary } from "../../../runtime/datastore/reader/run-summary.ts";

const BEGAN = 1_000_000;

/** A run with a task for each of these, from when until when. */
function runOf(...spans: readonly (readonly [number, number | null])[]): RunSummary {
  const tasks = spans.map(([from, to]) => ({
    attempts: [{ status: "running", startedAt: BEGAN + from, finishedAt: to === null ? null : BEGAN + to }],
  }));
  return { startedAt: BEGAN, tasks } as unknown as RunSummary;
}

test("each start and end is a step; what ends makes room first", () => {
  expect(jobsOverTime(runOf([0, 10], [5, 20], [10, 20]), BEGAN + 100)).toEqual({
    atMs: [0, 0, 5, 5, 10, 10, 10, 10, 20, 20, 20, 20],
    jobs: [0, 1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 0],
  });
});

test("what runs still does so now", () => {
  expect(jobsOverTime(runOf([0, null]), BEGAN + 100)).toEqual({ atMs: [0, 0, 100, 100], jobs: [0, 1, 1, 0] });
});

test("a run of many tasks has a few hundred points, and none hides the most at once", () => {
  const spans = Array.from({ length: 10_000 }, (_, at) => [at * 10, at * 10 + 40] as const);
  const { atMs, jobs } = jobsOverTime(runOf(...spans, [50_000, 50_001]));
  expect(atMs.length).toBeLessThanOrEqual(302);
  expect(jobs).toHaveLength(atMs.length);
  expect(Math.max(...jobs)).toBe(5);
  expect([atMs[0], atMs.at(-1), jobs.at(-1)]).toEqual([0, 100_030, 0]);
});

test("a run without tasks has nothing at work", () => {
  expect(jobsOverTime(runOf())).toEqual({ atMs: [], jobs: [] });
});
