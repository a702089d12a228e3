import { describe, expect, test } from "vitest";
import type { RunEvent, TaskSource } from "../../runtime/datastore/run-event.ts";
import type { TakenTransition } from "../../runtime/datastore/records.ts";
import { applyEvent } from "../../runtime/scheduler/apply-event.ts";
import { initialState, pathOf, type RunState } from "../../runtime/scheduler/run-state.ts";
import { BRANCH, FOREACH, LINEAR, LOOP, NESTED } from "./flows.ts";
import { graphFrom, rig } from "./rig.ts";

const error = { name: "Error", message: "it broke" };

function fold(body: string): { state: RunState; apply: (event: RunEvent) => void } {
  const state = initialState(graphFrom(body));
  return { state, apply: (event) => applyEvent(state, event) };
}

function started(task: number, step: string, source: TaskSource): RunEvent {
  const attempt = source.kind === "retry" ? 1 : 0;
  return { type: "task-started", time: 0, task, step, attempt, source, path: "" };
}

function succeeded(task: number, next: TakenTransition): RunEvent {
  return { type: "task-succeeded", time: 0, task, attempt: 0, result: `r1/${task}/0`, next };
}

/** What may start next, in the order in which it will. */
function ready(state: RunState): string[] {
  return state.ready
    .map((entry) =>
      entry.kind === "task"
        ? `${entry.place.step}@${pathOf(entry.place)}`
        : `${entry.split.targets.join()} ${entry.split.launched}/${entry.split.size}`,
    )
    .reverse();
}

describe("the fold of a run's events", () => {
  test("run-started changes nothing: the start step is what may run", () => {
    const { state, apply } = fold(LINEAR);
    apply({ type: "run-started", time: 0 });
    expect(ready(state)).toEqual(["start@0"]);
    expect(state).toMatchObject({ status: "running", nextTask: 1, failures: 0, hasReachedEnd: false });
  });

  test("a started task leaves the ready list and lives", () => {
    const { state, apply } = fold(LINEAR);
    apply(started(1, "start", { kind: "start" }));
    expect(ready(state)).toEqual([]);
    expect([...state.running.keys()]).toEqual([1]);
    expect(state.nextTask).toBe(2);
  });

  test("a linear success makes its successor ready, with the result as its one input", () => {
    const { state, apply } = fold(LINEAR);
    apply(started(1, "start", { kind: "start" }));
    apply(succeeded(1, { kind: "linear", target: "a" }));
    expect(state.running.size).toBe(0);
    expect(ready(state)).toEqual(["a@1"]);
    expect(state.ready[0]).toMatchObject({ place: { inputs: ["r1/1/0"] } });
  });

  test("the attempt that succeeded is the one that is handed on", () => {
    const { state, apply } = fold(LINEAR);
    apply(started(1, "start", { kind: "start" }));
    apply({ type: "task-failed", time: 5, task: 1, attempt: 0, error, retryAt: 9, isCancelled: false });
    apply(started(1, "start", { kind: "retry" }));
    apply({
      type: "task-succeeded",
      time: 9,
      task: 1,
      attempt: 1,
      result: "second",
      next: { kind: "linear", target: "a" },
    });
    expect(state.ready[0]).toMatchObject({ place: { inputs: ["second"] } });
  });

  test("the join of a branch is ready once all paths arrived, in the order of the split", () => {
    const { state, apply } = fold(BRANCH);
    apply(started(1, "start", { kind: "start" }));
    apply(succeeded(1, { kind: "branch", targets: ["a", "b", "c"] }));
    expect(ready(state)).toEqual(["a@0/0.0", "b@0/1.0", "c@0/2.0"]);
    for (const [index, step] of ["a", "b", "c"].entries())
      apply(started(index + 2, step, { kind: "child", split: 1, index }));
    expect(ready(state)).toEqual([]);
    for (const task of [4, 2]) apply(succeeded(task, { kind: "linear", target: "join" }));
    expect(ready(state)).toEqual([]);
    apply(succeeded(3, { kind: "linear", target: "join" }));
    expect(ready(state)).toEqual(["join@1"]);
    expect(state.ready[0]).toMatchObject({ place: { inputs: ["r1/2/0", "r1/3/0", "r1/4/0"] } });
  });

  test("an empty foreach goes straight to its join", () => {
    const { state, apply } = fold(FOREACH);
    apply(started(1, "start", { kind: "start" }));
    apply(succeeded(1, { kind: "foreach", target: "body", size: 0, items: { itemsPerBlob: 1, blobs: [] } }));
    expect(ready(state)).toEqual(["join@1"]);
    expect(state.ready[0]).toMatchObject({ place: { inputs: [] } });
  });

  test("a switch goes where the task said; each round of a loop has a path of its own", () => {
    const { state, apply } = fold(LOOP);
    apply(started(1, "start", { kind: "start" }));
    apply(succeeded(1, { kind: "linear", target: "round" }));
    for (const task of [2, 3]) {
      expect(ready(state)).toEqual([`round@${task - 1}`]);
      apply(started(task, "round", { kind: "next", after: task - 1 }));
      apply(succeeded(task, { kind: "switch", target: "round", case: "more" }));
    }
    apply(started(4, "round", { kind: "next", after: 3 }));
    apply(succeeded(4, { kind: "switch", target: "end", case: "done" }));
    expect(ready(state)).toEqual(["end@4"]);
  });

  test("the end step marks the flow as through", () => {
    const { state, apply } = fold(LINEAR);
    apply(started(1, "start", { kind: "start" }));
    apply(succeeded(1, { kind: "end" }));
    expect(state.hasReachedEnd).toBe(true);
  });

  test("a failure with a further attempt waits; its error is known to that attempt", () => {
    const { state, apply } = fold(LINEAR);
    apply(started(1, "start", { kind: "start" }));
    apply({ type: "task-failed", time: 5, task: 1, attempt: 0, error, retryAt: 9, isCancelled: false });
    expect(state.waiting.first()).toMatchObject({ task: 1, retryAt: 9, lastError: error });
    expect(state).toMatchObject({ failures: 0, firstFailure: null });
    apply(started(1, "start", { kind: "retry" }));
    expect(state.running.get(1)).toMatchObject({ attempt: 1 });
    expect(state.waiting.size).toBe(0);
  });

  test("the first of several failures is remembered, and how many there were", () => {
    const { state, apply } = fold(BRANCH);
    apply(started(1, "start", { kind: "start" }));
    apply(succeeded(1, { kind: "branch", targets: ["a", "b", "c"] }));
    for (const [index, step] of ["a", "b"].entries()) {
      apply(started(index + 2, step, { kind: "child", split: 1, index }));
      apply({ type: "task-failed", time: 0, task: index + 2, attempt: 0, error, retryAt: null, isCancelled: false });
    }
    expect(state.failures).toBe(2);
    expect(state.firstFailure).toEqual({ task: 2, step: "a", attempt: 0, error });
    expect(state.running.size).toBe(0);
  });

  test("a task that was stopped with the run is no failure of its own", () => {
    const { state, apply } = fold(LINEAR);
    apply(started(1, "start", { kind: "start" }));
    apply({ type: "task-failed", time: 0, task: 1, attempt: 0, error, retryAt: null, isCancelled: true });
    expect(state).toMatchObject({ failures: 0, firstFailure: null });
  });

  test("a reused task stands for a finished one: the flow goes on from the origin's result", () => {
    const { state, apply } = fold(LINEAR);
    const common = { time: 0, startedAt: 0, finishedAt: 0, path: "0" } as const;
    const next = { kind: "linear", target: "a" } as const;
    apply({
      type: "task-reused",
      ...common,
      task: 1,
      step: "start",
      source: { kind: "start" },
      result: "r0/start/7/2",
      next,
    });
    expect(ready(state)).toEqual(["a@1"]);
    expect(state.ready[0]).toMatchObject({ place: { inputs: ["r0/start/7/2"], isReused: true } });
    expect(state.nextTask).toBe(2);
  });

  test("run-finished gives the run its status", () => {
    const { state, apply } = fold(LINEAR);
    apply({ type: "run-finished", time: 0, status: "failed", reason: "interrupted" });
    expect(state.status).toBe("failed");
  });

  test.each<[string, RunEvent]>([
    ["a task that nothing made ready", started(1, "a", { kind: "next", after: 9 })],
    ["a retry of a task that never ran", started(1, "start", { kind: "retry" })],
    ["the end of a task that never ran", succeeded(1, { kind: "end" })],
  ])("%s is named a bug of ours, not taken for granted", (_, event) => {
    const { apply } = fold(LINEAR);
    expect(() => apply(event)).toThrow(/bug in Millrace/);
  });
});

test("tasks in nested splits have paths that tell them apart, the same in every run", () => {
  const nested = rig(NESTED, { sizes: { start: 2, outer: 2 }, limit: 1 });
  nested.drain();
  const paths = nested.events.flatMap((event) =>
    event.type === "task-started" ? [`${event.step}@${event.path}`] : [],
  );
  expect(paths).toEqual([
    "start@0",
    "outer@0/0.0",
    "inner@0/0.0/0.0",
    "inner@0/0.0/1.0",
    "close@0/0.1",
    "outer@0/1.0",
    "inner@0/1.0/0.0",
    "inner@0/1.0/1.0",
    "close@0/1.1",
    "join@1",
    "end@2",
  ]);
});

test("folding the journal again gives the state the scheduler ended with", async () => {
  const run = rig(NESTED, { sizes: { start: 3, outer: 4 }, settings: { inner: { retry: RETRY } } });
  run.succeed("start");
  run.succeed("outer");
  run.fail("inner");
  run.drain();
  run.clock.advance(1_000);
  run.drain();
  const ended = await run.end;
  const again = initialState(ended.graph, ended.laneNumber);
  for (const event of run.events) applyEvent(again, event);
  expect(again).toEqual(ended);
  expect(again).toMatchObject({ status: "succeeded", ready: [], running: new Map() });
});

const RETRY = { times: 1, delayMs: 100, backoff: 1, maxDelayMs: null, jitter: false, hasFilter: false };
