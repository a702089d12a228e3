import type { TaskOutcome } from "./task-outcome.ts";

/** Of an attempt whose run's scheduler died, and with it whoever worked on it: nothing that the task did. */
export const LEFT_ALONE: Extract<TaskOutcome, { status: "failed" }> = {
  status: "failed",
  error: {
    name: "ProcessEnded",
    message: "the run's scheduler ended before the task did; another one goes on with the run",
    code: "MILLRACE_PROCESS_ENDED",
  },
  isRetryable: true,
  isCrash: true,
  isInterruption: true,
};
