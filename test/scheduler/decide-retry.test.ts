import { describe, expect, test } from "vitest";
import { decideRetry, type FailedAttempt, isConcluding } from "../../runtime/scheduler/decide-retry.ts";

const RETRY = { times: 2, delayMs: 100, backoff: 2, maxDelayMs: null, jitter: false, hasFilter: false };

function after(given: Partial<Omit<FailedAttempt, "outcome">> & { outcome?: Partial<FailedAttempt["outcome"]> }) {
  const error = { name: "Error", message: "it broke" };
  const outcome = { status: "failed", error, isRetryable: true, isCrash: false, ...given.outcome } as const;
  return decideRetry({ attempt: 0, interruptions: 0, settings: {}, time: 1000, random: () => 0, ...given, outcome });
}

describe("after a failure", () => {
  test("there is no next attempt without @retry", () => {
    expect(after({})).toEqual({ retryAt: null, isInterruption: false });
  });

  test("the next attempt waits, longer each time, until all are used up", () => {
    const at = (attempt: number) => after({ attempt, settings: { retry: RETRY } }).retryAt;
    expect([at(0), at(1), at(2)]).toEqual([1100, 1200, null]);
  });

  test("an error that deserves no further attempt gets none", () => {
    expect(after({ settings: { retry: RETRY }, outcome: { isRetryable: false } }).retryAt).toBeNull();
  });

  test("a lost machine costs no attempt, ten times", () => {
    const outcome = { isInterruption: true } as const;
    expect(after({ outcome })).toEqual({ retryAt: 1000, isInterruption: true });
    expect(after({ attempt: 10, interruptions: 10, outcome })).toEqual({ retryAt: null, isInterruption: false });
    expect(after({ attempt: 7, interruptions: 7, settings: { retry: RETRY } }).retryAt).toBe(1100);
  });

  test("a process that died in the last attempt leaves one more to @catchError, to conclude", () => {
    const settings = { catchAs: "error", retry: RETRY };
    expect(after({ attempt: 2, settings, outcome: { isCrash: true } }).retryAt).toBe(1000);
    expect(after({ attempt: 3, settings, outcome: { isCrash: true } }).retryAt).toBeNull();
    expect(isConcluding({ attempt: 2, interruptions: 0, settings })).toBe(false);
    expect(isConcluding({ attempt: 3, interruptions: 0, settings })).toBe(true);
    expect(isConcluding({ attempt: 3, interruptions: 1, settings })).toBe(false);
  });
});
