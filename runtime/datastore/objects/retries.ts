import { isServerError, isThrottlingError, isTransientError } from "@smithy/core/retry";
import { Retries } from "../../retry.ts";

/** Tries of one call that something answers. */
const MAX_TRIES = 8;
const FIRST_DELAY_MS = 100;
const FIRST_THROTTLED_DELAY_MS = 500;
const MAX_DELAY_MS = 8000;
/** No further try begins after this time. */
const MAX_TOTAL_MS = 90_000;

/** What was sent arrived with other bytes. */
const DAMAGED = new Set(["BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"]);
const SKEWED = new Set(["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"]);

type SdkError = Parameters<typeof isTransientError>[0];

/** The body ended early or did not have the checksum that came with it. */
export class BrokenBody extends Error {
  override readonly name = "BrokenBody";
}

/** One for a thread: whether its network answers at all, all calls learn together. */
export function objectRetries(): Retries {
  return new Retries({
    maxDelayMs: MAX_DELAY_MS,
    maxTotalMs: MAX_TOTAL_MS,
    isAnswer: (error) => statusOf(error) !== undefined,
    // A network that is away refuses at once, and mostly comes back: there only the time counts.
    maxTries: (error) => (statusOf(error) !== undefined || error instanceof BrokenBody ? MAX_TRIES : Infinity),
    firstDelayMs: (error, tries) => {
      if (!isWorthAnotherTry(error, tries)) return null;
      return isThrottlingError(error as SdkError) ? FIRST_THROTTLED_DELAY_MS : FIRST_DELAY_MS;
    },
  });
}

export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
}

function isWorthAnotherTry(error: unknown, tries: number): boolean {
  if (error instanceof BrokenBody || DAMAGED.has((error as Error).name)) return true;
  if (!(error instanceof Error)) return false;
  // The SDK sets its clock by the answer that said so.
  if (SKEWED.has(error.name)) return tries === 1;
  // Two conditional writes of one key at the same time: S3 answers one of them with a conflict.
  if (statusOf(error) === 409) return true;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE" || code === "ECONNABORTED") return true;
  const known = error as SdkError;
  return isTransientError(known) || isThrottlingError(known) || isServerError(known);
}
