import { expect, test } from "vitest";
import type { FlowGraph, StepNode } from "../../../runtime/graph/flow-graph.ts";
import { oneStep } from "../../../runtime/launch/spin/one-step.ts";
import { applyEvent } from "../../../runtime/scheduler/apply-event.ts";
import { initialState } from "../../../runtime/scheduler/run-state.ts";

const plain = { isJoin: false, parents: [], splits: [], join: null, doc: null, mentions: [] };
const retry = { times: 3, minutesBetween: 0 } as unknown as NonNullable<StepNode["settings"]["retry"]>;
const graph: FlowGraph = {
  ...{ flow: "TideFlow", doc: null, start: "start", end: "end", parameters: [] },
  steps: [
    {
      ...{ ...plain, name: "start", join: "end" },
      transition: { kind: "foreach", target: "measure", artifact: "sites" },
      settings: { retry, timeoutMs: 1000, catchAs: "failure" },
    },
    { ...plain, name: "measure", transition: { kind: "linear", target: "end" }, settings: {} },
    { ...plain, name: "end", isJoin: true, transition: { kind: "end" }, settings: {} },
  ],
};

test("has the step alone, without retries", () => {
  const { start, end, steps } = oneStep(graph, { step: "start", hasTimeLimit: true });
  expect([start, end, steps.length]).toEqual(["start", "start", 1]);
  expect(steps[0]?.settings).toEqual({ timeoutMs: 1000, catchAs: "failure" });
});

test("has no time limit where time does not count", () => {
  const { steps } = oneStep(graph, { step: "start", hasTimeLimit: false });
  expect(steps[0]?.settings).toEqual({ catchAs: "failure" });
});

test("is over with the step, whatever the step goes on to", () => {
  const state = initialState(oneStep(graph, { step: "start", hasTimeLimit: true }));
  const task = { time: 0, task: 1, attempt: 0 };
  applyEvent(state, { type: "task-started", ...task, step: "start", path: "0", source: { kind: "start" } });
  const next = { kind: "foreach", target: "measure", size: 3, items: { itemsPerBlob: 1, blobs: [] } } as const;
  applyEvent(state, { type: "task-succeeded", ...task, result: "r/start/1/0/s/0", next });
  expect(state.hasReachedEnd).toBe(true);
  expect(state.ready).toEqual([]);
});

test("begins with a task of any number, at any place", () => {
  const place = { step: "measure", split: null, index: 0, hop: 4, inputs: ["r/start/1/0/s/0"], isReused: false };
  const source = { kind: "next", after: 6 } as const;
  const state = initialState(oneStep(graph, { step: "measure", hasTimeLimit: true }), undefined, {
    ...{ task: 7, source, place },
  });
  expect(state.nextTask).toBe(7);
  expect(state.ready).toMatchObject([{ kind: "task", source, place }]);
});
