import { afterEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "../../runtime/task/clock.ts";
import type { TaskOutcome } from "../../runtime/task/task-outcome.ts";
import type { StopReason } from "../../runtime/task/stop-reason.ts";
import { TimeLimit } from "../../runtime/task/time-limit.ts";
import { ManualClock } from "../scheduler/manual-clock.ts";

const FAILED: TaskOutcome = {
  status: "failed",
  error: { name: "AbortError", message: "it was stopped" },
  isRetryable: false,
  isCrash: false,
};
const DAY_MS = 24 * 60 * 60 * 1000;

function begun(ms: number | null, marginMs?: number): { limit: TimeLimit; clock: ManualClock; reasons: StopReason[] } {
  const clock = new ManualClock();
  const limit = new TimeLimit({ ms, clock });
  const reasons: StopReason[] = [];
  limit.begin((reason) => reasons.push(reason), marginMs);
  return { limit, clock, reasons };
}

describe("time limit", () => {
  test("calls at the limit, and names it as the reason of the failure", () => {
    const { limit, clock, reasons } = begun(1500);
    clock.advance(1499);
    expect(reasons).toEqual([]);
    clock.advance(1);
    const error = {
      name: "TimeoutError",
      code: "MILLRACE_TIMEOUT",
      message: "the step ran longer than its limit of 1.5 s",
    };
    expect(reasons).toEqual([error]);
    expect(limit.judge(FAILED)).toEqual({ ...FAILED, error, isRetryable: true });
  });

  test("leaves an attempt alone that ends in time, or succeeds although it was stopped", () => {
    const early = begun(1000);
    expect(early.limit.judge(FAILED)).toBe(FAILED);
    expect(early.clock.waiting).toBe(0);
    const late = begun(1000);
    late.clock.advance(1000);
    const succeeded: TaskOutcome = { status: "succeeded", next: { kind: "end" }, result: "1/start/1/0/a/0" };
    expect(late.limit.judge(succeeded)).toBe(succeeded);
  });

  test("gives the engine a margin, and tells the limit without it", () => {
    const { clock, reasons } = begun(1000, 500);
    clock.advance(1499);
    expect(reasons).toEqual([]);
    clock.advance(1);
    expect(reasons[0]?.message).toContain("1 s");
  });

  test("never calls where there is none", () => {
    expect(begun(null).clock.waiting).toBe(0);
  });
});

describe("the system's clock", () => {
  afterEach(() => void vi.useRealTimers());

  test("waits longer than a timer can count", () => {
    vi.useFakeTimers();
    const calls: number[] = [];
    systemClock.after(60 * DAY_MS, () => calls.push(60));
    const cancel = systemClock.after(50 * DAY_MS, () => calls.push(50));
    vi.advanceTimersByTime(49 * DAY_MS);
    cancel();
    vi.advanceTimersByTime(11 * DAY_MS - 1);
    expect(calls).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(calls).toEqual([60]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
