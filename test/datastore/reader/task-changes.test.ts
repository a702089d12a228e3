import { expect, test } from "vitest";
import type { TaskFailed, TaskStarted, TaskSucceeded } from "../../../runtime/datastore/run-event.ts";
import { TaskChanges } from "../../../runtime/datastore/reader/task-changes.ts";

const ERROR = { name: "Error", message: "it broke" };

test("an end comes with the start of its attempt", () => {
  const changes = new TaskChanges();
  expect(changes.apply(started(1, 0, 10))).toMatchObject({ kind: "started", isFirst: true });
  expect(changes.apply(succeeded(1, 0, 30))).toMatchObject({
    kind: "succeeded",
    start: { step: "train", path: "0/1.0" },
    finished: { result: "r1/train/1/0", startedAt: 10, finishedAt: 30 },
  });
  expect(changes.hasOpen()).toBe(false);
});

test("a task that waits for another attempt is open, and does not run", () => {
  const changes = new TaskChanges();
  changes.apply(started(1, 0, 10));
  expect(changes.apply(failed(1, 0, 99))).toMatchObject({ kind: "failed", start: { attempt: 0 } });
  expect([changes.running(), changes.open(1)?.attempt]).toEqual([[], 0]);
  expect(changes.apply(started(1, 1, 99))).toMatchObject({ kind: "started", isFirst: false });
  expect(changes.running().map(({ attempt }) => attempt)).toEqual([1]);
  changes.apply(failed(1, 1, null));
  expect(changes.hasOpen()).toBe(false);
});

test("the end of an attempt that does not run changes nothing", () => {
  const changes = new TaskChanges();
  expect(changes.apply(succeeded(1, 0, 30))).toBeNull();
  changes.apply(started(1, 1, 10));
  expect(changes.apply(succeeded(1, 0, 30))).toBeNull();
  expect(changes.apply(failed(1, 1, 99))).not.toBeNull();
  expect(changes.apply(failed(1, 1, 99))).toBeNull();
});

test("what is about no task changes none", () => {
  expect(new TaskChanges().apply({ type: "run-started", time: 1 })).toBeNull();
});

function started(task: number, attempt: number, time: number): TaskStarted {
  const source = attempt === 0 ? ({ kind: "child", split: 9, index: 1 } as const) : ({ kind: "retry" } as const);
  return { type: "task-started", time, task, step: "train", attempt, source, path: "0/1.0" };
}

function succeeded(task: number, attempt: number, time: number): TaskSucceeded {
  return { type: "task-succeeded", time, task, attempt, result: `r1/train/${task}/${attempt}`, next: { kind: "end" } };
}

function failed(task: number, attempt: number, retryAt: number | null): TaskFailed {
  return { type: "task-failed", time: 20, task, attempt, error: ERROR, retryAt, isCancelled: false };
}
