import { Retries } from "../../retries.ts";
import { ObjectFailure } from "./object-failure.ts";

/** Tries of one call that something answers. */
const MAX_TRIES = 8;
const FIRST_DELAY_MS = 100;
const FIRST_THROTTLED_DELAY_MS = 500;
const MAX_DELAY_MS = 8000;
/** No further try begins after this time. */
const MAX_TOTAL_MS = 90_000;

/** One for a thread: whether its network answers at all, all calls learn together. */
export function retryPolicy(): Retries {
  return new Retries({
    maxDelayMs: MAX_DELAY_MS,
    maxTotalMs: MAX_TOTAL_MS,
    isAnswer,
    // A network that is away refuses at once, and mostly comes back: there only the time counts.
    maxTries: (error) => (isAnswer(error) ? MAX_TRIES : Infinity),
    firstDelayMs: (error, tries) => {
      if (!isWorthAnotherTry(error, tries)) return null;
      return error.outlook === "throttled" ? FIRST_THROTTLED_DELAY_MS : FIRST_DELAY_MS;
    },
  });
}

function isAnswer(error: unknown): boolean {
  return error instanceof ObjectFailure && error.isAnswered;
}

function isWorthAnotherTry(error: unknown, tries: number): error is ObjectFailure {
  if (!(error instanceof ObjectFailure)) return false;
  return error.outlook === "once" ? tries === 1 : error.outlook !== "lasting";
}
