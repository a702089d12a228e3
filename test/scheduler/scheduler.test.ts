import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../runtime/datastore/run-event.ts";
import { BRANCH, FOREACH, GANG, LINEAR, NESTED } from "./flows.ts";
import { rig } from "./rig.ts";

function kinds(events: readonly RunEvent[]): string[] {
  return events.map((event) => ("step" in event ? `${event.type} ${event.step}` : event.type));
}

test("a linear flow runs step by step and succeeds", async () => {
  const run = rig(LINEAR);
  run.drain();
  expect(await run.end).toMatchObject({ status: "succeeded", hasReachedEnd: true });
  expect(kinds(run.events)).toEqual([
    "run-started",
    "task-started start",
    "task-succeeded",
    "task-started a",
    "task-succeeded",
    "task-started end",
    "task-succeeded",
    "run-finished",
  ]);
  expect(run.backend.started.map(({ step, inputs }) => [step, inputs])).toEqual([
    ["start", []],
    ["a", ["r1/start/1/0"]],
    ["end", ["r1/a/2/0"]],
  ]);
});

test("a task is recorded before it starts", () => {
  const record = () => {
    throw new Error("no space left on device");
  };
  expect(rig(LINEAR, { record }).backend.started).toEqual([]);
});

describe("limits", () => {
  test("never more tasks run than the limit allows, and the places are always filled", () => {
    const run = rig(FOREACH, { sizes: { start: 7 }, limit: 3 });
    run.succeed("start");
    for (const left of [3, 3, 3, 3, 3, 2, 1]) {
      expect(run.running()).toEqual(Array(left).fill("body"));
      run.succeed("body");
    }
    expect(run.running()).toEqual(["join"]);
    expect(run.backend.peak).toBe(3);
  });

  test("the members of a gang start together whatever the limit", () => {
    const run = rig(GANG, { sizes: { start: 3 }, limit: 1 });
    run.succeed("start");
    expect(run.running()).toEqual(["node", "node", "node"]);
    expect(run.backend.started.slice(1).map(({ gang }) => gang)).toEqual(
      [0, 1, 2].map((index) => ({ size: 3, index })),
    );
  });

  test("a gang waits for a place before its first member starts", () => {
    const flow = `start() { this.next(this.wide, this.busy) }
      wide() { this.next(this.node, { numParallel: 3 }) }
      node() { this.next(this.together) }
      together(inputs) { this.next(this.join) }
      busy() { this.next(this.join) } join(inputs) { this.next(this.end) } end() {}`;
    const run = rig(flow, { sizes: { wide: 3 }, limit: 1 });
    run.succeed("start");
    run.succeed("wide");
    // Depth first: the gang is ahead of the other branch.
    expect(run.running()).toEqual(["node", "node", "node"]);
    run.succeed("node");
    expect(run.running()).toEqual(["node", "node"]);
  });

  test("nested splits are worked off depth first: an inner one closes before the next outer one opens", () => {
    const run = rig(NESTED, { sizes: { start: 100, outer: 3 }, limit: 2 });
    run.drain();
    const open = new Set<string>();
    let widest = 0;
    for (const event of run.events) {
      if (event.type !== "task-started") continue;
      if (event.step === "outer") open.add(event.path.replace(/0$/, ""));
      if (event.step === "close") open.delete(event.path.replace(/1$/, ""));
      widest = Math.max(widest, open.size);
    }
    expect(widest).toBeLessThanOrEqual(2);
  });
});

describe("a foreach", () => {
  test("tells every child its item, its place and the splits around it", () => {
    const run = rig(NESTED, { sizes: { start: 2, outer: 12 }, limit: 100 });
    run.succeed("start");
    run.succeed("outer");
    const last = run.backend.started.at(-1);
    expect(last?.step).toBe("inner");
    expect(last?.stack).toEqual([
      { step: "start", index: 1, size: 2, blob: "b0", at: 1 },
      { step: "outer", index: 11, size: 12, blob: "b1", at: 1 },
    ]);
  });
});

describe("a failure", () => {
  test("stops the run: what runs is asked to stop, nothing new starts, and the first failure is the reason", async () => {
    const run = rig(BRANCH, { limit: 2 });
    run.succeed("start");
    run.fail("a");
    expect(run.backend.stopped).toEqual([{ task: 3, reason: "the run stops: a failed" }]);
    expect(run.running()).toEqual(["b"]);
    run.fail("b");
    const state = await run.end;
    expect(state).toMatchObject({ status: "failed", failures: 1, firstFailure: { step: "a" } });
    expect(run.backend.started.map(({ step }) => step)).toEqual(["start", "a", "b"]);
    expect(run.events.at(-2)).toMatchObject({ type: "task-failed", task: 3, isCancelled: true });
    expect(run.events.at(-1)).toMatchObject({ type: "run-finished", status: "failed", reason: null });
  });

  test("with --on-failure finish, all that does not depend on it still runs", async () => {
    const run = rig(BRANCH, { limit: 1, onFailure: "finish" });
    run.succeed("start");
    run.fail("a");
    run.succeed("b");
    run.fail("c");
    expect(await run.end).toMatchObject({ status: "failed", failures: 2, firstFailure: { step: "a" } });
    expect(run.backend.stopped).toEqual([]);
  });

  test("a task that succeeds although it was asked to stop keeps its result", async () => {
    const run = rig(BRANCH, { limit: 2 });
    run.succeed("start");
    run.fail("a");
    run.succeed("b");
    await run.end;
    expect(run.events.at(-2)).toMatchObject({ type: "task-succeeded", task: 3 });
  });

  test("a task that waits for a retry does not hold the run that stops", async () => {
    const retry = { times: 5, delayMs: 60_000, backoff: 1, maxDelayMs: null, jitter: false, hasFilter: false };
    const run = rig(BRANCH, { limit: 2, settings: { a: { retry } } });
    run.succeed("start");
    run.fail("a");
    run.fail("b");
    run.fail("c");
    expect(await run.end).toMatchObject({ status: "failed", firstFailure: { step: "b" } });
    expect(run.clock.waiting).toBe(0);
  });
});

describe("an interrupt", () => {
  test("stops what runs and gives the run its reason", async () => {
    const run = rig(BRANCH, { limit: 3 });
    run.succeed("start");
    run.scheduler.interrupt("interrupted by SIGINT");
    expect(run.backend.stopped.map(({ task }) => task)).toEqual([2, 3, 4]);
    for (const step of ["a", "b", "c"]) run.fail(step);
    expect(await run.end).toMatchObject({ status: "failed", failures: 0, firstFailure: null });
    expect(run.events.at(-1)).toMatchObject({ type: "run-finished", reason: "interrupted by SIGINT" });
  });

  test("while only retries wait ends the run at once", async () => {
    const retry = { times: 5, delayMs: 60_000, backoff: 1, maxDelayMs: null, jitter: false, hasFilter: false };
    const run = rig(LINEAR, { settings: { a: { retry } } });
    run.succeed("start");
    run.fail("a");
    run.scheduler.interrupt("interrupted by SIGINT");
    expect(await run.end).toMatchObject({ status: "failed" });
    expect(run.clock.waiting).toBe(0);
  });

  test("after the end changes nothing", async () => {
    const run = rig(LINEAR);
    run.drain();
    run.scheduler.interrupt("interrupted by SIGINT");
    expect(await run.end).toMatchObject({ status: "succeeded" });
    expect(run.events.filter(({ type }) => type === "run-finished")).toHaveLength(1);
  });
});

describe("a time limit", () => {
  test("does not hold for the attempt that only lets @catchError conclude", async () => {
    const run = rig(LINEAR, { settings: { a: { timeoutMs: 1_000, catchAs: "problem" } } });
    run.succeed("start");
    run.begin("a");
    run.clock.advance(1_000);
    run.fail("a", { isCrash: true });
    run.clock.advance(0);
    expect(run.task("a").caught).toMatchObject({ name: "TimeoutError" });
    run.begin("a");
    run.clock.advance(60_000);
    expect(run.backend.stopped).toHaveLength(1);
  });

  test("counts from the moment the engine began the task, not from the queue", () => {
    const run = rig(LINEAR, { settings: { a: { timeoutMs: 1_000 } } });
    run.succeed("start");
    run.clock.advance(5_000);
    expect(run.backend.stopped).toEqual([]);
    run.begin("a");
    run.clock.advance(999);
    expect(run.backend.stopped).toEqual([]);
    run.clock.advance(1);
    expect(run.backend.stopped).toEqual([{ task: 2, reason: "the step ran longer than its limit of 1 s" }]);
  });

  test("does not count for a task that its process gave back before it began", () => {
    const run = rig(LINEAR, { settings: { a: { timeoutMs: 1_000 } } });
    run.succeed("start");
    run.begin("a");
    run.clock.advance(500);
    run.giveBack("a");
    run.clock.advance(5_000);
    expect(run.backend.stopped).toEqual([]);
    run.begin("a");
    run.clock.advance(1_000);
    expect(run.backend.stopped).toHaveLength(1);
  });

  test("fails the task as timed out, whatever its process said on its way out", async () => {
    const run = rig(LINEAR, { settings: { a: { timeoutMs: 1_000 } } });
    run.succeed("start");
    run.begin("a");
    run.clock.advance(1_000);
    run.fail("a", { isRetryable: false, isCrash: true });
    const state = await run.end;
    expect(state.firstFailure?.error).toMatchObject({ name: "TimeoutError", code: "MILLRACE_TIMEOUT" });
    expect(state.firstFailure?.error.message).toContain("1 s");
  });

  test("is a failure that a retry may mend; each attempt has the whole limit", () => {
    const retry = { times: 1, delayMs: 0, backoff: 1, maxDelayMs: null, jitter: false, hasFilter: false };
    const run = rig(LINEAR, { settings: { a: { timeoutMs: 1_000, retry } } });
    run.succeed("start");
    run.begin("a");
    run.clock.advance(1_000);
    run.fail("a", { isCrash: true });
    run.clock.advance(0);
    run.begin("a");
    run.clock.advance(999);
    expect(run.backend.stopped).toHaveLength(1);
    run.succeed("a");
    run.clock.advance(10_000);
    expect(run.backend.stopped).toHaveLength(1);
    expect(run.clock.waiting).toBe(0);
  });

  test("a task that still ends well has succeeded", () => {
    const run = rig(LINEAR, { settings: { a: { timeoutMs: 1_000 } } });
    run.succeed("start");
    run.begin("a");
    run.clock.advance(1_000);
    run.succeed("a");
    expect(run.running()).toEqual(["end"]);
  });
});

describe("reuse", () => {
  const of = (step: string, next: RunNext) => ({ result: `r0/${step}/1/0`, next, startedAt: 1, finishedAt: 2 });
  type RunNext = Extract<RunEvent, { type: "task-succeeded" }>["next"];
  const items = { itemsPerBlob: 10, blobs: ["b0"] };

  test("takes over what the origin finished and runs the rest, the join after it too", async () => {
    const run = rig(FOREACH, {
      limit: 1,
      sizes: { start: 3 },
      reusable(step, path) {
        if (step === "start") return of("start", { kind: "foreach", target: "body", size: 3, items });
        if (step === "body" && path !== "0/1.0") return of("body", { kind: "linear", target: "join" });
        return step === "join" ? of("join", { kind: "linear", target: "end" }) : null;
      },
    });
    expect(run.backend.started.map(({ step, stack }) => [step, stack[0]?.index])).toEqual([["body", 1]]);
    run.drain();
    await run.end;
    // The join's inputs are not the origin's any more: its old result must not stand for it.
    expect(run.backend.started.map(({ step }) => step)).toEqual(["body", "join", "end"]);
    expect(run.backend.started[1]?.inputs).toEqual(["r0/body/1/0", "r1/body/3/0", "r0/body/1/0"]);
  });

  test("needs no place among the running tasks", () => {
    const run = rig(FOREACH, {
      limit: 1,
      reusable(step, path) {
        if (step === "start") return of("start", { kind: "foreach", target: "body", size: 500, items });
        return path === "0/0.0" ? null : of("body", { kind: "linear", target: "join" });
      },
    });
    expect(run.running()).toEqual(["body"]);
    expect(run.events.filter(({ type }) => type === "task-reused")).toHaveLength(500);
  });

  test("of a whole run starts nothing", async () => {
    const run = rig(LINEAR, {
      reusable(step) {
        if (step === "end") return of(step, { kind: "end" });
        return of(step, { kind: "linear", target: step === "start" ? "a" : "end" });
      },
    });
    expect(await run.end).toMatchObject({ status: "succeeded" });
    expect(run.backend.started).toEqual([]);
  });
});

describe("where recording takes time", () => {
  /** Each record waits until the test stores it. */
  function slowRecords() {
    const waiting: { store(): void; fail(error: Error): void }[] = [];
    const record = () =>
      new Promise<void>((store, fail) => {
        waiting.push({ store, fail });
      });
    const settle = async (action: (one: { store(): void; fail(error: Error): void }) => void) => {
      for (const one of waiting.splice(0)) action(one);
      await new Promise((resolve) => setImmediate(resolve));
    };
    return {
      record,
      store: () => settle((one) => one.store()),
      fail: (error: Error) => settle((one) => one.fail(error)),
    };
  }

  test("a task starts once its record is stored", async () => {
    const { record, store } = slowRecords();
    const run = rig(LINEAR, { record });
    expect(run.backend.started).toEqual([]);
    await store();
    expect(run.backend.started.map(({ step }) => step)).toEqual(["start"]);
  });

  test("a run has ended once its end is stored", async () => {
    const { record, store } = slowRecords();
    const run = rig("start() { this.next(this.end) } end() {}", { record });
    let isOver = false;
    void run.end.then(() => (isOver = true));
    await store();
    run.succeed("start");
    await store();
    run.succeed("end");
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    await store();
    expect(isOver).toBe(true);
    expect(run.events.filter(({ type }) => type === "run-finished")).toHaveLength(1);
  });

  test("a run that is interrupted before a task began does not start it, and ends", async () => {
    const { record, store } = slowRecords();
    const run = rig(LINEAR, { record });
    run.scheduler.interrupt("interrupted");
    for (let turn = 0; turn < 4; turn += 1) await store();
    await run.end;
    expect(run.backend.started).toEqual([]);
    expect(run.events.at(-1)).toMatchObject({ type: "run-finished", status: "failed", reason: "interrupted" });
    expect(run.events.at(-2)).toMatchObject({ type: "task-failed", isCancelled: true });
  });

  test("a run that can no longer be recorded ends with that error and starts nothing more", async () => {
    const { record, fail } = slowRecords();
    const run = rig(LINEAR, { record });
    await fail(new Error("the bucket is gone"));
    await expect(run.end).rejects.toThrow("the bucket is gone");
    expect(run.backend.started).toEqual([]);
  });
});

test("a run that can no longer be recorded ends with that error and starts nothing more", async () => {
  let left = 1;
  const run = rig(LINEAR, {
    record() {
      left -= 1;
      if (left < 0) throw new Error("no space left on device");
    },
  });
  run.succeed("start");
  await expect(run.end).rejects.toThrow("no space left on device");
  expect(run.backend.started).toHaveLength(1);
});

test("nothing is recorded behind a record that failed, whatever ends afterwards", async () => {
  let calls = 0;
  const run = rig(
    "start() { this.next(this.a, this.b) } a() { this.next(this.j) } b() { this.next(this.j) } j(inputs) { this.next(this.end) } end() {}",
    {
      record() {
        calls += 1;
        if (calls === 3) throw new Error("no space left on device");
      },
    },
  );
  run.succeed("start");
  run.succeed("a");
  await expect(run.end).rejects.toThrow("no space left on device");
  run.succeed("b");
  expect(calls).toBe(3);
});
