import type { StepSettings } from "../../sdk/base/step-settings.ts";
import type { TaskOutcome } from "../task/task-outcome.ts";
import { retryDelayMs } from "./retry-delay-ms.ts";

/** A task that loses its machine this often has failed after all. */
const MAX_INTERRUPTIONS = 10;

export interface FailedAttempt {
  readonly attempt: number;
  /** Of the attempts before it, how many lost their machine: they count for no limit on retries. */
  readonly interruptions: number;
  readonly outcome: Extract<TaskOutcome, { status: "failed" }>;
  /** True if it ran out of memory because more ran beside it than asked for fits, for the first time. */
  readonly isOurFault?: boolean;
  readonly settings: StepSettings;
  readonly time: number;
  readonly random: () => number;
}

/** What follows from a failed attempt, unless the run stops: when the next one may start, null if there is none. */
export function decideRetry(failed: FailedAttempt): {
  readonly retryAt: number | null;
  readonly isInterruption: boolean;
} {
  const { interruptions, outcome, isOurFault = false, time } = failed;
  const isInterruption = (outcome.isInterruption === true || isOurFault) && interruptions < MAX_INTERRUPTIONS;
  return { retryAt: isInterruption ? time : retryAt(failed), isInterruption };
}

/** True for what only lets `@catchError` conclude: one attempt more than allowed, in which no code of the step's runs. */
export function isConcluding({
  attempt,
  interruptions,
  settings,
}: Omit<FailedAttempt, "outcome" | "isOurFault" | "time" | "random">) {
  return attempt - interruptions > (settings.retry?.times ?? 0);
}

function retryAt({ attempt, interruptions, outcome, settings, time, random }: FailedAttempt): number | null {
  const { retry, catchAs } = settings;
  const tried = attempt - interruptions;
  const retries = retry?.times ?? 0;
  if (retry !== undefined && tried < retries && outcome.isRetryable)
    return time + retryDelayMs(retry, { attempt: tried, random });
  return catchAs !== undefined && outcome.isCrash && tried === retries ? time : null;
}
