import type { RetrySettings } from "../../../sdk/base/step-settings.ts";

/** `@retry` in Argo's words. Every end but success counts as a failed attempt, that of a lost node included. */
export function retryStrategy({ times, delayMs, backoff, maxDelayMs }: RetrySettings): object {
  return {
    limit: times,
    retryPolicy: "Always",
    ...(delayMs === 0
      ? {}
      : {
          backoff: {
            duration: `${delayMs}ms`,
            ...(backoff === 1 ? {} : { factor: backoff }),
            ...(maxDelayMs === null ? {} : { cap: `${maxDelayMs}ms` }),
          },
        }),
  };
}

/** Argo multiplies by whole numbers alone. */
export function canDelayGrow({ delayMs, backoff }: RetrySettings): boolean {
  return delayMs === 0 || Number.isInteger(backoff);
}
