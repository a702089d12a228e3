import { afterEach, beforeEach, expect, test } from "vitest";
import type { Datastore } from "../../../runtime/datastore/datastore.ts";
import type { RunEvent, TaskStarted } from "../../../runtime/datastore/run-event.ts";
import { TaskEvents } from "../../../runtime/datastore/task-events.ts";
import { wholeJournal } from "../../../runtime/launch/deployed/whole-journal.ts";
import { SampleRun, sampleStore, STARTED_AT } from "../../datastore/sample-store.ts";

const PLACE = { flow: "Sample", run: "r1" } as const;
const START: TaskStarted = {
  ...{ type: "task-started", time: STARTED_AT + 1, task: 1, step: "start", attempt: 0, path: "0" },
  source: { kind: "start" },
};
const LAST: TaskStarted = { ...START, task: 2, step: "end", path: "1", source: { kind: "next", after: 1 } };
const ERROR = { name: "TypeError", message: "no ratings" };
const STOPPED = "stopped by ada on vm";

let store: Datastore;
let remove: () => void;
let events: TaskEvents;
beforeEach(() => {
  ({ store, remove } = sampleStore());
  new SampleRun(store, "r1");
  events = new TaskEvents(store.storage, PLACE);
});
afterEach(() => remove());

function journal(stopped: string | null): readonly RunEvent[] {
  const document = store.record("Sample", "r1").document();
  return wholeJournal(store.storage, document, { stopped, recover: () => false })?.events ?? [];
}

function ends(start: TaskStarted, next: "end" | "linear"): void {
  const { task, attempt } = start;
  const taken = next === "end" ? ({ kind: "end" } as const) : ({ kind: "linear", target: "end" } as const);
  const result = `r1/${start.step}/${task}/0/${task}-a/0`;
  events.started(start);
  events.done(start, { type: "task-succeeded", time: start.time + 1, task, attempt, result, next: taken });
}

test("a run that was stopped says so, and what was under way is cancelled", () => {
  ends(START, "linear");
  events.started(LAST);
  const told = journal(STOPPED);
  expect(told.at(-1)).toMatchObject({ type: "run-finished", status: "failed", reason: STOPPED });
  expect(told.at(-2)).toMatchObject({ type: "task-failed", task: 2, isCancelled: true });
});

test("a task that waited for its next attempt when the run was stopped is not to blame", () => {
  events.started(START);
  const { task, attempt, time } = START;
  const end = { type: "task-failed", time: time + 1, task, attempt, error: ERROR, retryAt: time + 2 } as const;
  events.failed(START, { ...end, isCancelled: false });
  expect(journal(STOPPED).at(-1)).toMatchObject({ status: "failed", reason: STOPPED });
  expect(journal(null).at(-1)).toMatchObject({ status: "failed", reason: null });
  expect(journal(null).at(-2)).toMatchObject({ type: "task-failed", retryAt: null });
});

test("a task that failed for good before the run was stopped is the reason", () => {
  events.started(START);
  const { task, attempt, time } = START;
  const end = { type: "task-failed", time: time + 1, task, attempt, error: ERROR, retryAt: null } as const;
  events.failed(START, { ...end, isCancelled: false });
  expect(journal(STOPPED).at(-1)).toMatchObject({ status: "failed", reason: null });
});

test("a run that came to its end before it was stopped has succeeded", () => {
  ends(START, "linear");
  ends(LAST, "end");
  expect(journal(STOPPED).at(-1)).toMatchObject({ status: "succeeded", reason: null });
});
