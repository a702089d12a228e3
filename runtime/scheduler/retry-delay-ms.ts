import type { RetrySettings } from "../../sdk/base/step-settings.ts";

/** A date can be no further away. */
const LONGEST_MS = 1e14;

/**
 * Wait before a further attempt, in milliseconds: `delay * backoff^attempt`, and with jitter up to half as much again, so
 * that tasks which failed together do not come back together. Never more than `maxDelay`, never less than was asked for.
 */
export function retryDelayMs(retry: RetrySettings, options: { attempt: number; random: () => number }): number {
  const { delayMs, backoff, maxDelayMs, jitter } = retry;
  if (delayMs === 0) return 0;
  const asked = delayMs * backoff ** options.attempt;
  const varied = jitter ? asked * (1 + options.random() / 2) : asked;
  return Math.ceil(Math.min(varied, maxDelayMs ?? LONGEST_MS, LONGEST_MS));
}
