import { afterEach, beforeEach, expect, test } from "vitest";
import type { Datastore } from "../../../runtime/datastore/datastore.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import { RunEventTail } from "../../../runtime/datastore/reader/run-event-tail.ts";
import { locatorOf, type TakenTransition } from "../../../runtime/datastore/records.ts";
import type { RunEvent, TaskSource, TaskStarted } from "../../../runtime/datastore/run-event.ts";
import { TaskEventTail } from "../../../runtime/datastore/reader/task-event-tail.ts";
import { TaskEventOrder } from "../../../runtime/datastore/reader/task-event-order.ts";
import { TaskEvents } from "../../../runtime/datastore/task-events.ts";
import { JournalCheck } from "../../../runtime/datastore/maintenance/journal-check.ts";
import { SampleRun, sampleStore, STARTED_AT } from "../sample-store.ts";

const PLACE = { flow: "Sample", run: "r1" } as const;
const ERROR = { name: "TypeError", message: "no ratings" };
let store: Datastore;
let remove: () => void;
let events: TaskEvents;
beforeEach(() => {
  ({ store, remove } = sampleStore());
  new SampleRun(store, "r1");
  events = new TaskEvents(store.storage, PLACE);
});
afterEach(() => remove());

interface At {
  readonly task: number;
  readonly step: string;
  readonly path: string;
  readonly source: TaskSource;
  readonly at: number;
  readonly attempt?: number;
}

function start({ at, attempt = 0, ...of }: At): TaskStarted {
  return { type: "task-started", time: STARTED_AT + at, attempt, ...of };
}

function begins(of: At): TaskStarted {
  const begun = start(of);
  expect(events.started(begun)).toBe(true);
  return begun;
}

function fails({ task, attempt, ...begun }: TaskStarted, at: number): void {
  const end = {
    time: STARTED_AT + at,
    task,
    attempt,
    error: ERROR,
    retryAt: STARTED_AT + at,
    isCancelled: false,
  } as const;
  events.failed({ task, attempt, ...begun }, { type: "task-failed", ...end });
}

function ends(begun: TaskStarted, next: TakenTransition, at: number): boolean {
  const { task, attempt, step } = begun;
  const result = locatorOf({ run: "r1", step, task, attempt, segment: `${task}-a`, offset: 0 });
  return events.done(begun, { type: "task-succeeded", time: STARTED_AT + at, task, attempt, result, next });
}

const START = { task: 1, step: "start", path: "0", source: { kind: "start" } } as const;
function child(index: number): Omit<At, "at"> {
  return { task: 10 + index, step: "train", path: `0/${index}.0`, source: { kind: "child", split: 1, index } };
}

function fanOut(size: number): TakenTransition {
  return { kind: "foreach", target: "train", size, items: { itemsPerBlob: size, blobs: [] } };
}

const toJoin: TakenTransition = { kind: "linear", target: "join" };

function drawn(all: Iterable<RunEvent>): string[] {
  return [...all].map((event) =>
    "task" in event ? `${event.type} ${event.task}${"attempt" in event ? `/${event.attempt}` : ""}` : event.type,
  );
}

/** What a scheduler could not have written. */
function faultsOf(all: readonly RunEvent[]): string[] {
  const check = new JournalCheck(null);
  return all.flatMap((event) => check.apply(event) ?? []);
}

test("tasks that record themselves are read as a journal, while they go on", () => {
  const tail = new RunEventTail(store.storage, PLACE);
  expect([...tail.next()]).toEqual([]);
  const first = begins({ ...START, at: 1 });
  expect(drawn(tail.next())).toEqual(["run-started", "task-started 1/0"]);
  ends(first, fanOut(2), 2);
  const second = begins({ ...child(1), at: 3 });
  expect(drawn(tail.next())).toEqual(["task-succeeded 1/0", "task-started 11/0"]);
  ends(second, toJoin, 4);
  expect(drawn(tail.next())).toEqual(["task-succeeded 11/0"]);
  expect([...tail.next()]).toEqual([]);
  const run = readRun(store, PLACE);
  expect(run.tasks.map(({ task, step, index, status }) => [task, step, index, status])).toEqual([
    [1, "start", null, "succeeded"],
    [11, "train", 1, "succeeded"],
  ]);
});

test("each record is told once, though another one of the same look could not be read", () => {
  const told: string[] = [];
  const tail = new TaskEventTail(store.storage, PLACE, ({ start: { path }, end }) =>
    told.push(`${end?.type ?? "task-started"} ${path}`),
  );
  ends(begins({ ...START, at: 1 }), fanOut(2), 2);
  for (const index of [0, 1]) begins({ ...child(index), at: 3 });
  const key = [...events.all()].find(({ path }) => path === "0/1.0")!.key;
  const bytes = store.storage.read(key)!;
  store.storage.write(key, [Buffer.from("{}\n")]);
  for (let look = 0; look < 3; look += 1) expect(() => tail.next()).toThrow(key);
  store.storage.write(key, [bytes]);
  const expected = ["run-started", "task-started 1/0", "task-succeeded 1/0", "task-started 10/0", "task-started 11/0"];
  expect(drawn(tail.next())).toEqual(expected);
  expect(told.sort()).toEqual(["task-started 0/0.0", "task-started 0/1.0", "task-succeeded 0"]);
  expect(tail.next()).toEqual([]);
});

test("what follows from a task comes after its end, whatever the clocks say", () => {
  ends(begins({ ...child(0), at: 5 }), toJoin, 6);
  const first = begins({ ...START, at: 100 });
  const tail = new RunEventTail(store.storage, PLACE);
  expect(drawn(tail.next())).toEqual(["run-started", "task-started 1/0"]);
  ends(first, fanOut(1), 200);
  expect(drawn(tail.next())).toEqual(["task-succeeded 1/0", "task-started 10/0", "task-succeeded 10/0"]);
});

test("an attempt that another one followed is told as failed; so is one beside which another one committed", () => {
  const zero = begins({ ...START, at: 1 });
  const one = begins({ ...START, attempt: 1, at: 2 });
  const tail = new RunEventTail(store.storage, PLACE);
  const seen = [...tail.next()];
  expect(drawn(seen)).toEqual(["run-started", "task-started 1/0", "task-failed 1/0", "task-started 1/1"]);
  expect(ends(zero, fanOut(0), 3)).toBe(true);
  expect(ends(one, fanOut(0), 4)).toBe(false);
  fails(one, 5);
  seen.push(...tail.next());
  expect(drawn(seen).slice(4)).toEqual(["task-failed 1/1", "task-started 1/0", "task-succeeded 1/0"]);
  expect(faultsOf(seen)).toEqual([]);
  const [task] = readRun(store, PLACE).tasks;
  expect(task).toMatchObject({ status: "succeeded", attempt: 0 });
  expect(faultsOf([...new RunEventTail(store.storage, PLACE).next()])).toEqual([]);
});

test("the attempts of a task are kept apart", () => {
  const zero = begins({ ...START, at: 1 });
  fails(zero, 2);
  ends(begins({ ...START, attempt: 1, at: 3 }), fanOut(0), 4);
  const [task] = readRun(store, PLACE).tasks;
  expect(task!.attempts.map(({ attempt, status, error }) => [attempt, status, error])).toEqual([
    [0, "failed", ERROR],
    [1, "succeeded", null],
  ]);
});

test("once a run is over it has a journal: who followed the tasks is told the rest of it, and nothing twice", () => {
  const first = begins({ ...START, at: 1 });
  const tail = new RunEventTail(store.storage, PLACE);
  expect(drawn(tail.next())).toEqual(["run-started", "task-started 1/0"]);
  ends(first, fanOut(0), 2);
  const whole: RunEvent[] = [
    ...new RunEventTail(store.storage, PLACE).next(),
    { type: "run-finished", time: STARTED_AT + 9, status: "succeeded", reason: null },
  ];
  expect(store.record("Sample", "r1").createJournal(whole)).toBe(true);
  expect(store.record("Sample", "r1").createJournal([])).toBe(false);
  begins({ ...child(0), at: 10 });
  expect(drawn(tail.next())).toEqual(["task-succeeded 1/0", "run-finished"]);
  expect(drawn(new RunEventTail(store.storage, PLACE).next())).toEqual(drawn(whole));
});

test("such a run is alive as long as it has not ended", async () => {
  begins({ ...START, at: 1 });
  await store.record("Sample", "r1").writeHeartbeat({ format: 1, host: "far", pid: 1, time: 0, drivenBy: "argo" });
  expect(readRun(store, PLACE).status).toBe("running");
});

/** A reader that goes on from a cursor of another one. */
function after(tail: RunEventTail, cursor: string): RunEventTail | null {
  const told = tail.toldAt(cursor);
  return told === null ? null : new RunEventTail(store.storage, PLACE, told);
}

test("what could not be read at one look is told at the next one", () => {
  const { storage } = store;
  let isBroken = true;
  const flaky = Object.assign(Object.create(storage) as typeof storage, {
    read(key: string) {
      if (isBroken && key.endsWith("-done.json")) throw new Error("no connection");
      return storage.read(key);
    },
  });
  const tail = new RunEventTail(flaky, PLACE);
  ends(begins({ ...START, at: 1 }), fanOut(1), 2);
  begins({ ...child(0), at: 3 });
  expect(() => [...tail.next()]).toThrow("no connection");
  isBroken = false;
  expect(drawn(tail.next())).toEqual([
    ...["run-started", "task-started 1/0", "task-succeeded 1/0", "task-started 10/0"],
  ]);
});

test("who goes on from a cursor is told the rest once, in whatever order the tasks are read then", () => {
  ends(begins({ ...START, at: 1 }), fanOut(3), 2);
  const tail = new RunEventTail(store.storage, PLACE);
  begins({ ...child(2), at: 50 });
  const seen = [...tail.next()];
  const { cursor } = tail;
  // By their times these come before what was told.
  ends(begins({ ...child(0), at: 10 }), toJoin, 20);
  begins({ ...child(1), at: 30 });
  const other = after(tail, cursor)!;
  seen.push(...other.next());
  expect(faultsOf(seen)).toEqual([]);
  expect(drawn(seen).sort()).toEqual(drawn(new RunEventTail(store.storage, PLACE).next()).sort());
  expect(drawn([...tail.next()])).toHaveLength(3);
  expect(after(tail, "0")).not.toBeNull();
  expect(after(tail, other.cursor), "of a reading that this one does not know").toBeNull();
  expect(after(tail, "3"), "of a journal").toBeNull();
});

test("who goes on from a cursor after the run has ended is told the rest of its journal once", () => {
  const zero = begins({ ...START, at: 1 });
  const tail = new RunEventTail(store.storage, PLACE);
  const seen = [...tail.next()];
  const { cursor } = tail;
  const one = begins({ ...START, attempt: 1, at: 5 });
  ends(zero, fanOut(0), 6);
  fails(one, 7);
  const whole: RunEvent[] = [
    ...new RunEventTail(store.storage, PLACE).next(),
    { type: "run-finished", time: STARTED_AT + 9, status: "succeeded", reason: null },
  ];
  store.record("Sample", "r1").createJournal(whole);
  const rest = drawn(after(tail, cursor)!.next());
  expect([...drawn(seen), ...rest]).toEqual(drawn(whole));
  expect(drawn(tail.next())).toEqual(rest);
  const journal = new RunEventTail(store.storage, PLACE);
  expect([...journal.next()]).toHaveLength(whole.length);
  expect(drawn(after(journal, "2")!.next())).toEqual(drawn(whole).slice(2));
});

test(
  "a hundred thousand children that are read before their split, as clocks differ, take seconds",
  { timeout: 120_000 },
  () => {
    const count = 100_000;
    const order = new TaskEventOrder();
    const split = start({ ...START, at: 1000 });
    const done = {
      ...split,
      type: "task-succeeded",
      result: "",
      next: fanOut(count),
      time: STARTED_AT + 2000,
    } as const;
    for (let index = 0; index < count; index += 1)
      order.add({ format: 1, start: start({ ...child(index), at: index % 100 }) });
    order.add({ format: 1, start: split });
    order.add({ format: 1, start: split, end: done });
    // A list that is copied for each of them takes many minutes.
    expect(order.take()).toHaveLength(count + 2);
  },
);
