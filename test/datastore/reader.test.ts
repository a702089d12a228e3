import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Datastore } from "../../runtime/datastore/datastore.ts";
import type { BranchChoice } from "../../runtime/datastore/branch-name.ts";
import { listRuns } from "../../runtime/datastore/reader/list-runs.ts";
import type { Observer } from "../../runtime/datastore/reader/is-alive.ts";
import { parsePathspec } from "../../runtime/datastore/reader/pathspec.ts";
import { readRun, readRunHeader, RunFollower } from "../../runtime/datastore/reader/read-run.ts";
import { resolvePathspec } from "../../runtime/datastore/reader/resolve-pathspec.ts";
import { resolveRun } from "../../runtime/datastore/reader/resolve-run.ts";
import { ownRuns, runsIn } from "../../runtime/datastore/reader/run-owner.ts";
import { growth, MAX_GROWTH } from "../rigs/growth.ts";
import { foreach, HOST, SampleRun, sampleStore, STARTED_AT, started, succeeded, WHOLE } from "./sample-store.ts";

const ERROR = { name: "TypeError", message: "no ratings" };
const owner = ownRuns({ username: "ada" });
const observer: Observer = { now: () => STARTED_AT, host: HOST, hasProcess: () => true };

let store: Datastore;
let remove: () => void;
beforeEach(() => ({ store, remove } = sampleStore()));
afterEach(() => remove());

describe("readRun", () => {
  test("a finished run has its end's status and every task with index and result", () => {
    new SampleRun(store, "r1", { tags: ["nightly"] }).events(...WHOLE);
    const run = readRun(store, { flow: "Sample", run: "r1", observer });
    expect(run).toMatchObject({ status: "succeeded", startedAt: STARTED_AT, tags: ["nightly"], originRun: null });
    expect(run.finishedAt).toBe(STARTED_AT + 12_000);
    const tasks = run.tasks.map(({ task, step, index, status, result }) => [task, step, index, status, result]);
    expect(tasks).toEqual([
      [1, "start", null, "succeeded", "r1/start/1/0/start-1/0"],
      [2, "train", 0, "succeeded", "r1/train/2/0/train-2/0"],
      [3, "train", 1, "succeeded", "r1/train/3/0/train-3/0"],
      [4, "join", null, "succeeded", "r1/join/4/0/join-4/0"],
      [5, "end", null, "succeeded", "r1/end/5/0/end-5/0"],
    ]);
  });

  test("a task that waits for a further attempt is pending, and failed once the run has ended", () => {
    const failed = { type: "task-failed", task: 1, attempt: 0, error: ERROR, retryAt: 5, isCancelled: false } as const;
    const sample = new SampleRun(store, "r1").events(started("start", 1, { kind: "start" }), failed);
    const before = readRun(store, { flow: "Sample", run: "r1", observer });
    expect(before.tasks[0]).toMatchObject({ status: "pending", error: ERROR, result: null });
    sample.events({ type: "run-finished", status: "failed", reason: "interrupted" });
    const after = readRun(store, { flow: "Sample", run: "r1", observer });
    expect(after).toMatchObject({ status: "failed", reason: "interrupted" });
    expect(after.tasks[0]).toMatchObject({ status: "failed" });
  });

  test("the attempts of a task are kept apart, and a caught error stays with the task", () => {
    new SampleRun(store, "r1").events(
      started("start", 1, { kind: "start" }),
      { type: "task-failed", task: 1, attempt: 0, error: ERROR, retryAt: 0, isCancelled: false },
      { type: "task-started", task: 1, step: "start", attempt: 1, source: { kind: "retry" }, path: "0" },
      { type: "task-succeeded", task: 1, attempt: 1, result: "", next: foreach(0), caught: ERROR },
    );
    const [task] = readRun(store, { flow: "Sample", run: "r1", observer }).tasks;
    expect(task).toMatchObject({ status: "caught", attempt: 1, error: ERROR, result: "r1/start/1/1/start-1/0" });
    expect(task!.attempts.map(({ status, error }) => [status, error])).toEqual([
      ["failed", ERROR],
      ["caught", ERROR],
    ]);
    expect(task!.source).toEqual({ kind: "start" });
  });

  test("a reused task shows the origin's result and times", () => {
    new SampleRun(store, "r2", { originRun: "r1" }).events({
      type: "task-reused",
      task: 1,
      step: "start",
      source: { kind: "start" },
      path: "0",
      result: "r1/start/7/2/segment/0",
      startedAt: 10,
      finishedAt: 20,
      next: foreach(1),
    });
    const [task] = readRun(store, { flow: "Sample", run: "r2", observer }).tasks;
    expect(task).toMatchObject({
      isReused: true,
      result: "r1/start/7/2/segment/0",
      attempt: 2,
      startedAt: 10,
      finishedAt: 20,
    });
  });

  test("a branch inside a foreach keeps the index of the foreach", () => {
    new SampleRun(store, "r1").events(
      started("start", 1, { kind: "start" }),
      succeeded(1, foreach(3)),
      started("train", 2, { kind: "child", split: 1, index: 2 }),
      succeeded(2, { kind: "branch", targets: ["train", "join"] }),
      started("train", 3, { kind: "child", split: 2, index: 1 }),
      started("join", 4, { kind: "join", split: 2 }),
    );
    const { tasks } = readRun(store, { flow: "Sample", run: "r1", observer });
    expect(tasks.map(({ index }) => index)).toEqual([null, 2, 2, 2]);
  });

  test.each([
    ["running while its heartbeat is fresh", { age: 40_000, hasProcess: true }, "running"],
    ["stale once its heartbeat is old", { age: 46_000, hasProcess: true }, "stale"],
    ["stale at once if its process on this host is gone", { age: 1000, hasProcess: false }, "stale"],
  ])("an unfinished run is %s", (_, { age, hasProcess }, status) => {
    new SampleRun(store, "r1").events(started("start", 1, { kind: "start" })).beat(age);
    const run = readRun(store, { flow: "Sample", run: "r1", observer: { ...observer, hasProcess: () => hasProcess } });
    expect(run.status).toBe(status);
    expect(run.tasks[0]!.status).toBe(status);
    expect(run.lastSeenAt).toBe(STARTED_AT + 1000);
  });

  test("a process id of another host says nothing", () => {
    new SampleRun(store, "r1").beat(0);
    const elsewhere = { ...observer, host: "elsewhere", hasProcess: () => false };
    expect(readRun(store, { flow: "Sample", run: "r1", observer: elsewhere }).status).toBe("running");
  });

  test("a torn last line of the journal does not count", () => {
    const sample = new SampleRun(store, "r1").events(...WHOLE.slice(0, 3));
    const journal = sample.record.openJournal();
    void journal.append('{"type":"run-fini');
    journal.close();
    expect(readRun(store, { flow: "Sample", run: "r1", observer })).toMatchObject({ status: "running" });
    expect(readRunHeader(store, { flow: "Sample", run: "r1", observer })).toMatchObject({ status: "running" });
  });

  test("a damaged line of the journal is named", () => {
    const journal = new SampleRun(store, "r1").record.openJournal();
    void journal.append("{oops}\n");
    journal.close();
    expect(() => readRun(store, { flow: "Sample", run: "r1" })).toThrow(/flows\/Sample\/r1\/journal.jsonl/);
  });

  test("a follower sees what was appended since", () => {
    const sample = new SampleRun(store, "r1").events(...WHOLE.slice(0, 3));
    const follower = new RunFollower(store, { flow: "Sample", run: "r1", observer });
    expect(follower.update().tasks).toHaveLength(1);
    sample.events(...WHOLE.slice(3));
    expect(follower.update()).toMatchObject({ status: "succeeded", tasks: { length: 5 } });
  });

  test("the cost of reading a task does not grow with the number of tasks", () => {
    for (const size of [1_000, 10_000]) {
      const events = Array.from({ length: size }, (_, index) => [
        started("train", index + 2, { kind: "child", split: 1, index }),
        succeeded(index + 2, { kind: "linear", target: "join" }),
      ]).flat();
      const sample = new SampleRun(store, `r${size}`);
      sample.events(started("start", 1, { kind: "start" }), succeeded(1, foreach(size)), ...events);
    }
    const read = (size: number) =>
      expect(readRun(store, { flow: "Sample", run: `r${size}`, observer }).tasks).toHaveLength(size + 1);
    expect(growth(read)).toBeLessThan(MAX_GROWTH);
  });
});

describe("a run that ends while it is read", () => {
  test.each(["readRun", "readRunHeader", "RunFollower"])("is not taken for one that nobody works on: %s", (how) => {
    const sample = new SampleRun(store, "r1").events({ type: "run-started" });
    void sample.record.writeHeartbeat({ format: 1, host: HOST, pid: 1, time: STARTED_AT });
    const ending: Observer = {
      ...observer,
      hasProcess() {
        sample.events({ type: "run-finished", status: "succeeded", reason: null });
        return false;
      },
    };
    const options = { flow: "Sample", run: "r1", observer: ending };
    const seen =
      how === "readRun"
        ? readRun(store, options)
        : how === "readRunHeader"
          ? readRunHeader(store, options)
          : new RunFollower(store, options).update();
    expect(seen.status).toBe("succeeded");
  });
});

describe("listRuns", () => {
  test("the newest comes first, and status and tags select", () => {
    new SampleRun(store, "r1", { tags: ["a", "b"] }).events(...WHOLE);
    new SampleRun(store, "r2", { tags: ["a"] }).events({ type: "run-finished", status: "failed", reason: null });
    new SampleRun(store, "r3").beat(0);
    const ids = (options: object) =>
      [...listRuns(store, { flow: "Sample", observer, ...options })].map(({ run, status }) => `${run} ${status}`);
    expect(ids({})).toEqual(["r3 running", "r2 failed", "r1 succeeded"]);
    expect(ids({ status: "failed" })).toEqual(["r2 failed"]);
    expect(ids({ tags: ["a"] })).toEqual(["r2 failed", "r1 succeeded"]);
    expect(ids({ tags: ["a", "b"] })).toEqual(["r1 succeeded"]);
  });

  test("an unreadable record is reported and left out, an empty folder is no run", () => {
    new SampleRun(store, "r1").events(...WHOLE);
    store.storage.write("flows/Sample/r2/run.json", [Buffer.from("{")]);
    store.storage.write("flows/Sample/r3/other.json", [Buffer.from("{}")]);
    const unreadable: string[] = [];
    const runs = listRuns(store, { flow: "Sample", observer, onUnreadable: (run) => unreadable.push(run) });
    expect([...runs].map(({ run }) => run)).toEqual(["r1"]);
    expect(unreadable).toEqual(["r2"]);
  });
});

describe("resolveRun", () => {
  beforeEach(() => {
    for (const run of ["20260101-aaaa", "20260102-bbaa", "20260102-bbcc"]) new SampleRun(store, run);
  });

  test.each([
    ["20260102-bbaa", "20260102-bbaa"],
    ["latest", "20260102-bbcc"],
    ["20260101", "20260101-aaaa"],
    ["cc", "20260102-bbcc"],
  ])("%s is the run %s", (text, run) => {
    expect(resolveRun(store, { flow: "Sample", text, owner })).toBe(run);
  });

  test("an ambiguous beginning lists the candidates", () => {
    expect(() => resolveRun(store, { flow: "Sample", text: "20260102", owner })).toThrow(
      /2 ids begin or end with 20260102\n {2}candidates: 20260102-bbcc, 20260102-bbaa/,
    );
  });

  test("an unknown id brings the nearest one and the latest ones", () => {
    expect(() => resolveRun(store, { flow: "Sample", text: "20260101-aaab", owner })).toThrow(
      /did you mean 20260101-aaaa\?/,
    );
    expect(() => resolveRun(store, { flow: "Sample", text: "zzz", owner })).toThrow(/latest runs: 20260102-bbcc, /);
  });

  test.each([
    ["latest", "r5"],
    ["latest~0", "r5"],
    ["latest~1", "r3"],
    ["latest~2", "20260102-bbcc"],
    ["latest:any", "r6"],
    ["latest:any~2", "r4"],
  ])("%s passes over the runs of others, unless it says any", (text, run) => {
    for (const [id, username] of Object.entries({ r3: "ada", r4: "bob", r5: "ada", r6: "bob" }))
      new SampleRun(store, id, { username });
    expect(resolveRun(store, { flow: "Sample", text, owner })).toBe(run);
  });

  test("latest is the user's on the branch at hand; what has no project is on the user's own", () => {
    const on = (branch: string) => ({ project: { name: "p", branch, isProduction: branch.startsWith("prod") } });
    new SampleRun(store, "r3", on("user.ada"));
    new SampleRun(store, "r4", on("test.fast"));
    new SampleRun(store, "r5", on("prod"));
    new SampleRun(store, "r6", { ...on("user.ada"), username: "bob" });
    const latest = (choice: BranchChoice, text = "latest") =>
      resolveRun(store, { flow: "Sample", text, owner: ownRuns({ username: "ada", ...choice }) });
    expect(latest({})).toBe("r3");
    expect(latest({}, "latest~1")).toBe("20260102-bbcc");
    expect(latest({ branch: "fast" })).toBe("r4");
    expect(latest({ isProduction: true })).toBe("r5");
    expect(() => latest({ branch: "fast", isProduction: true })).toThrow(
      /because none of its runs is by ada on the branch prod\.fast\n.*\n {2}the latest of the other runs:\n {4}r6 {2}by bob on user\.ada, 2026-/,
    );
  });

  test("a user without runs of their own reads who has some, when, and how to take one", () => {
    const own = ownRuns({ username: "eve" });
    for (const at of [3, 4, 5]) new SampleRun(store, `r${at}`);
    expect(() => resolveRun(store, { flow: "Sample", text: "latest", owner: own, prefix: "--run " })).toThrow(
      expect.objectContaining({
        code: "MILLRACE_UNKNOWN_RUN",
        headline: "Cannot find the run latest of Sample because none of its runs is by eve",
        details: [
          expect.stringContaining("datastore: "),
          "the latest of the other runs:",
          expect.stringMatching(/^ {2}r5 {2}by ada, 2026-01-0\d \d\d:\d\d:05 \(.* ago\)$/),
          ...["r4", "r3", "20260102-bbcc", "20260102-bbaa"].map((run): unknown => expect.stringContaining(run)),
          "  … and 1 more: the command runs lists them",
        ],
        hint: "name one of these, as in --run r5, or take anybody's latest run: --run latest:any",
      }),
    );
  });

  test("further back than there are runs is told, with those there are", () => {
    new SampleRun(store, "r3", { username: "eve" });
    expect(() => resolveRun(store, { flow: "Sample", text: "latest~3", owner })).toThrow(
      /latest~3 of Sample because there are only 3 runs by ada\n/,
    );
    expect(() => resolveRun(store, { flow: "Sample", text: "latest:any~9", owner })).toThrow(
      /because there are only 4 runs\n.*\n {4}r3 {2}by eve/,
    );
  });

  test.each([
    ["latest:all", "latest:any"],
    ["latest-1", "latest~1"],
    ["latest^", "latest"],
    ["LATEST~2", "latest~2"],
    ["latest~1:any", "latest:any~1"],
  ])("%s is no form of latest: did you mean %s?", (text, meant) => {
    expect(() => resolveRun(store, { flow: "Sample", text, owner })).toThrow(
      expect.objectContaining({ code: "MILLRACE_PATHSPEC", hint: `did you mean ${meant}?` }),
    );
  });

  test("a run that cannot be read may be anybody's, and is not one's own", () => {
    store.storage.write("flows/Sample/r9/run.json", [Buffer.from("{")]);
    store.storage.write("flows/Sample/s1/other.json", [Buffer.from("{}")]);
    expect(resolveRun(store, { flow: "Sample", text: "latest", owner })).toBe("20260102-bbcc");
    expect(resolveRun(store, { flow: "Sample", text: "latest:any", owner })).toBe("r9");
    expect(resolveRun(store, { flow: "Sample", text: "latest", owner: runsIn("all") })).toBe("r9");
  });

  test("a flow without runs is told from an unknown run", () => {
    expect(() => resolveRun(store, { flow: "Other", text: "latest", owner })).toThrow(/holds no run of it/);
  });
});

describe("pathspecs", () => {
  test.each([
    ["Sample/7/start/1", { run: "7", step: "start", task: 1 }],
    ["7/start/1", { run: "7", step: "start", task: 1 }],
    ["7/start", { run: "7", step: "start", task: null }],
    ["7", { run: "7", step: null, task: null }],
    ["Sample", { run: "latest", step: null, task: null }],
  ])("%s is read with or without the flow's name", (text, spec) => {
    expect(parsePathspec(text, { flow: "Sample" })).toEqual({ flow: "Sample", ...spec });
  });

  test.each(["", "7//1", "7/start/one", "7/start/1/2/3", "Sampel/7/start/1"])("%j is refused", (text) => {
    expect(() => parsePathspec(text, { flow: "Sample" })).toThrow(
      expect.objectContaining({ code: "MILLRACE_PATHSPEC" }),
    );
  });

  test("a pathspec finds the tasks that it means", () => {
    new SampleRun(store, "r1").events(...WHOLE);
    const tasks = (text: string) =>
      resolvePathspec(store, { flow: "Sample", text, owner }).tasks.map(({ task }) => task);
    expect(tasks("r1")).toEqual([1, 2, 3, 4, 5]);
    expect(tasks("latest/train")).toEqual([2, 3]);
    expect(tasks("Sample/r1/train/3")).toEqual([3]);
  });

  test.each([
    ["r1/trains", /no step trains\n.*\n {2}hint: did you mean r1\/train\?/],
    ["r1/train/5", /tasks of train: 2, 3\n {2}hint: task 5 belongs to another step: r1\/end\/5/],
    ["train/2", /train is a step, and the run comes first\n {2}hint: write latest\/train\/2/],
  ])("%s is answered with what was meant", (text, message) => {
    new SampleRun(store, "r1").events(...WHOLE);
    expect(() => resolvePathspec(store, { flow: "Sample", text, owner })).toThrow(message);
  });
});
