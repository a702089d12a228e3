import type { StopReason, TaskEnded, TaskOutcome } from "../engines/backend.ts";

/** Why a task is stopped that reached its time limit. */
export function timeoutError(limitMs: number): StopReason {
  const message = `the step ran longer than its limit of ${limitMs / 1000} s`;
  return { name: "TimeoutError", message, code: "MILLRACE_TIMEOUT" };
}

/** How a task ended that was stopped at its time limit, however it took that. */
export function timedOut(event: TaskEnded, limitMs: number): TaskOutcome {
  if (event.outcome.status !== "failed") return event.outcome;
  return { ...event.outcome, error: { ...event.outcome.error, ...timeoutError(limitMs) }, isRetryable: true };
}
