import { expect, test } from "vitest";
import { retryDelayMs } from "../../runtime/scheduler/retry-delay-ms.ts";
import type { RetrySettings } from "../../sdk/base/step-settings.ts";
import { LINEAR } from "./flows.ts";
import { rig } from "./rig.ts";

const RETRY: RetrySettings = { times: 3, delayMs: 100, backoff: 1, maxDelayMs: null, jitter: false, hasFilter: false };

function delays(retry: Partial<RetrySettings>, random = () => 1): number[] {
  return [0, 1, 2, 3].map((attempt) => retryDelayMs({ ...RETRY, ...retry }, { attempt, random }));
}

test("without backoff every wait is the same", () => {
  expect(delays({})).toEqual([100, 100, 100, 100]);
});

test("with backoff each wait is a multiple of the one before, up to the maximum", () => {
  expect(delays({ backoff: 2 })).toEqual([100, 200, 400, 800]);
  expect(delays({ backoff: 2, maxDelayMs: 300 })).toEqual([100, 200, 300, 300]);
});

test("jitter lengthens a wait by half at most and never shortens it", () => {
  expect(delays({ jitter: true }, () => 0)).toEqual([100, 100, 100, 100]);
  expect(delays({ jitter: true }, () => 0.5)).toEqual([125, 125, 125, 125]);
  expect(delays({ jitter: true }, () => 1)).toEqual([150, 150, 150, 150]);
});

test("jitter stays below the maximum, and above the wait that was asked for", () => {
  const retry = { jitter: true, backoff: 2, maxDelayMs: 250 };
  expect(delays(retry, () => 0)).toEqual([100, 200, 250, 250]);
  expect(delays(retry, () => 1)).toEqual([150, 250, 250, 250]);
});

test("a wait is a whole number of milliseconds, rounded up, and finite whatever the backoff", () => {
  expect(delays({ delayMs: 0.4 })).toEqual([1, 1, 1, 1]);
  expect(retryDelayMs({ ...RETRY, backoff: 10 }, { attempt: 5000, random: () => 1 })).toBe(1e14);
  expect(retryDelayMs({ ...RETRY, delayMs: 0, backoff: 10 }, { attempt: 5000, random: () => 1 })).toBe(0);
});

test("with jitter no attempt starts before the wait that was asked for", () => {
  for (const chance of [0, 0.5, 1]) {
    const run = rig(LINEAR, { settings: { a: { retry: { ...RETRY, jitter: true } } } });
    run.clock.chance = chance;
    run.succeed("start");
    run.fail("a");
    run.clock.advance(99);
    expect(run.running()).toEqual([]);
    run.clock.advance(1 + 50 * chance);
    expect(run.running()).toEqual(["a"]);
  }
});

test("a task is tried again after its wait, not before, and at most `times` times", async () => {
  const run = rig(LINEAR, { settings: { a: { retry: { ...RETRY, times: 2, backoff: 3 } } } });
  run.succeed("start");
  for (const wait of [100, 300]) {
    run.fail("a");
    run.clock.advance(wait - 1);
    expect(run.running()).toEqual([]);
    run.clock.advance(1);
    expect(run.running()).toEqual(["a"]);
  }
  expect(run.task("a")).toMatchObject({ attempt: 2, isLastAttempt: true });
  run.fail("a");
  expect(await run.end).toMatchObject({ status: "failed", firstFailure: { step: "a", attempt: 2 } });
  expect(run.clock.waiting).toBe(0);
});

test("a task that waits for its next attempt keeps no other from running", () => {
  const flow = `start() { this.next(this.a, this.b) } a() { this.next(this.join) } b() { this.next(this.join) }
    join(inputs) { this.next(this.end) } end() {}`;
  const run = rig(flow, { limit: 1, settings: { a: { retry: RETRY } } });
  run.succeed("start");
  expect(run.running()).toEqual(["a"]);
  run.fail("a");
  expect(run.running()).toEqual(["b"]);
  run.clock.advance(100);
  expect(run.running()).toEqual(["b"]);
  run.succeed("b");
  expect(run.running()).toEqual(["a"]);
});

test("an error that rules a further attempt out fails the task at once", async () => {
  const run = rig(LINEAR, { settings: { a: { retry: RETRY } } });
  run.succeed("start");
  run.fail("a", { isRetryable: false });
  expect(await run.end).toMatchObject({ status: "failed", firstFailure: { step: "a", attempt: 0 } });
});

test("a task whose process died is concluded by catchError, once, after its last attempt", async () => {
  const run = rig(LINEAR, { settings: { a: { retry: { ...RETRY, times: 1 }, catchAs: "failure" } } });
  run.succeed("start");
  run.fail("a", { isCrash: true });
  run.clock.advance(100);
  expect(run.task("a")).toMatchObject({ attempt: 1, caught: null });
  run.fail("a", { isCrash: true });
  run.clock.advance(0);
  expect(run.task("a")).toMatchObject({ attempt: 2, caught: { message: "it broke" } });
  const error = { name: "Error", message: "it broke" };
  run.conclude("a", { status: "caught", error, result: "", next: { kind: "linear", target: "end" } });
  run.succeed("end");
  expect(await run.end).toMatchObject({ status: "succeeded", failures: 0 });
  expect(run.events.find((event) => event.type === "task-succeeded" && event.task === 2)).toMatchObject({
    caught: error,
  });
});

test("a conclusion that itself crashes is not concluded again", async () => {
  const run = rig(LINEAR, { settings: { a: { catchAs: "failure" } } });
  run.succeed("start");
  run.fail("a", { isCrash: true });
  run.clock.advance(0);
  run.fail("a", { isCrash: true });
  expect(await run.end).toMatchObject({ status: "failed", firstFailure: { step: "a", attempt: 1 } });
});

test("an attempt that lost its machine is made again at once, and counts for no limit on retries", async () => {
  const run = rig(LINEAR, { settings: { a: { retry: { ...RETRY, times: 1 } } } });
  run.succeed("start");
  for (const attempt of [1, 2]) {
    run.fail("a", { isInterruption: true });
    expect(run.task("a")).toMatchObject({ attempt, isLastAttempt: false });
  }
  run.fail("a");
  run.clock.advance(100);
  expect(run.task("a")).toMatchObject({ attempt: 3, isLastAttempt: true, caught: null });
  run.fail("a");
  expect(await run.end).toMatchObject({ status: "failed", firstFailure: { step: "a", attempt: 3 } });
  const interrupted = run.events.filter((event) => event.type === "task-failed" && event.isInterruption === true);
  expect(interrupted).toHaveLength(2);
});

test("a task that loses its machine again and again fails in the end", async () => {
  const run = rig(LINEAR);
  run.succeed("start");
  for (let count = 0; count < 10; count += 1) run.fail("a", { isInterruption: true });
  expect(run.task("a").attempt).toBe(10);
  run.fail("a", { isInterruption: true });
  expect(await run.end).toMatchObject({ status: "failed", firstFailure: { attempt: 10 } });
});
