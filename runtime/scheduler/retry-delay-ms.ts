import type { RetrySettings } from "../../sdk/base/step-settings.ts";

/** Wait before a further attempt, in milliseconds: `delay * backoff^attempt`, at most `maxDelay`. */
export function retryDelayMs(retry: RetrySettings, options: { attempt: number; random: () => number }): number {
  const full = Math.min(retry.delayMs * retry.backoff ** options.attempt, retry.maxDelayMs ?? Number.POSITIVE_INFINITY);
  // Half to all of the wait, so that tasks which failed together do not come back together.
  return Math.round(retry.jitter ? full * (0.5 + options.random() / 2) : full);
}
