import { isServerError, isThrottlingError, isTransientError } from "@smithy/core/retry";

/** Tries of one call that something answers. */
const MAX_TRIES = 8;
/** Where nothing has ever answered, the place is wrong rather than the weather bad. */
const MAX_FIRST_TRIES = 3;
const FIRST_DELAY_MS = 100;
const FIRST_THROTTLED_DELAY_MS = 500;
const MAX_DELAY_MS = 8000;
/** No further try begins after so long. */
const MAX_TOTAL_MS = 90_000;

/** What was sent arrived with other bytes. */
const DAMAGED = new Set(["BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"]);
const SKEWED = new Set(["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"]);

type SdkError = Parameters<typeof isTransientError>[0];

/** The body ended early or did not have the checksum that came with it. */
export class BrokenBody extends Error {
  override readonly name = "BrokenBody";
}

/** Tries again what may go well another time; each wait is longer than the last, by chance within bounds. */
export class Retries {
  /** Something has answered since the thread started. */
  #isInContact = false;

  async run<T>(action: (tries: number) => Promise<T>): Promise<T> {
    const startedAt = Date.now();
    for (let tries = 0; ; tries += 1) {
      try {
        const value = await action(tries);
        this.#isInContact = true;
        return value;
      } catch (error) {
        this.#isInContact ||= statusOf(error) !== undefined;
        const isLast = tries + 1 >= this.#mostTries(error);
        if (isLast || !isWorthAnotherTry(error, tries) || Date.now() - startedAt > MAX_TOTAL_MS) throw error;
        const first = isThrottlingError(error as SdkError) ? FIRST_THROTTLED_DELAY_MS : FIRST_DELAY_MS;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(first * 2 ** tries, MAX_DELAY_MS)));
      }
    }
  }

  #mostTries(error: unknown): number {
    if (!this.#isInContact) return MAX_FIRST_TRIES;
    // A network that is away refuses at once, and mostly comes back: there only the time counts.
    const isAway = statusOf(error) === undefined && !(error instanceof BrokenBody);
    return isAway ? Infinity : MAX_TRIES;
  }
}

export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
}

function isWorthAnotherTry(error: unknown, tries: number): boolean {
  if (error instanceof BrokenBody || DAMAGED.has((error as Error).name)) return true;
  if (!(error instanceof Error)) return false;
  // The SDK sets its clock by the answer that said so.
  if (SKEWED.has(error.name)) return tries === 0;
  // Two conditional writes of one key at the same time: S3 answers one of them with a conflict.
  if (statusOf(error) === 409) return true;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE" || code === "ECONNABORTED") return true;
  const known = error as SdkError;
  return isTransientError(known) || isThrottlingError(known) || isServerError(known);
}
