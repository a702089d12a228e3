import type { RetrySettings } from "../../../sdk/base/step-settings.ts";

/** The longest that Step Functions waits: a year. */
const MOST_SECONDS = 31_622_400;

/**
 * `@retry` as Step Functions knows it. It waits whole seconds, at least one, and no less than was asked for; waits that may
 * be longer at random are as long as was asked for.
 */
export function stepRetries(retry: RetrySettings | undefined): readonly object[] {
  if (retry === undefined || retry.times === 0) return [];
  const { times, delayMs, backoff, maxDelayMs } = retry;
  const longest = maxDelayMs === null ? MOST_SECONDS : Math.max(1, Math.floor(maxDelayMs / 1000));
  const first = Math.min(Math.max(1, Math.ceil(delayMs / 1000)), longest, MOST_SECONDS);
  // A wait of nothing does not grow.
  const grows = delayMs > 0 && backoff > 1 && first < longest;
  return [
    {
      ErrorEquals: ["States.TaskFailed"],
      ...{ IntervalSeconds: first, MaxAttempts: times, BackoffRate: grows ? backoff : 1 },
      ...(grows ? { MaxDelaySeconds: longest } : {}),
    },
  ];
}
