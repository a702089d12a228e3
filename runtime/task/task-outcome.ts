import type { ErrorRecord, ResultLocator, TakenTransition } from "../datastore/records.ts";
import type { LastValues } from "../datastore/last-values.ts";
import type { TaskUsage } from "../datastore/run-event.ts";
import type { StopReason } from "./stop-reason.ts";

/** How an attempt of a task ended. */
export type TaskOutcome = {
  /** Missing where the process did not live to tell. */
  readonly usage?: TaskUsage;
  /** Pages of memory that child processes touched which have ended; to whoever measures what a process cannot tell itself. */
  readonly childPages?: number;
  /** What stood last in what it logged with `current.log`; missing if it logged nothing, or its process could not say. */
  readonly metrics?: LastValues;
} & (
  | { readonly status: "succeeded"; readonly next: TakenTransition; readonly result: ResultLocator }
  /** All attempts failed and `@catchError` concluded the task. */
  | {
      readonly status: "caught";
      readonly next: TakenTransition;
      readonly result: ResultLocator;
      readonly error: ErrorRecord;
    }
  | {
      readonly status: "failed";
      readonly error: ErrorRecord;
      /** False where the user's own filter or the kind of error rules a further attempt out. */
      readonly isRetryable: boolean;
      /** True if the process died and so could not apply `@catchError` itself. */
      readonly isCrash: boolean;
      /** True if the machine was taken away, which is nothing that the task did. */
      readonly isInterruption?: true;
    }
);

/** Of a task whose end this scheduler wanted. */
export function stoppedOutcome(reason: StopReason): TaskOutcome {
  return { status: "failed", error: reason, isRetryable: false, isCrash: true };
}
