import { isServerError, isThrottlingError, isTransientError } from "@smithy/core/retry";
import type { Outlook } from "../objects/object-failure.ts";
import { BrokenBody } from "./collect-body.ts";
import { statusOf } from "./facts-of.ts";

/** What was sent arrived with other bytes. */
const DAMAGED = new Set(["BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"]);
const SKEWED = new Set(["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"]);
const CUT_OFF = new Set(["ECONNRESET", "ERR_STREAM_PREMATURE_CLOSE", "ECONNABORTED"]);

type SdkError = Parameters<typeof isTransientError>[0];

/** What another try of a request to S3 that failed may bring. */
export function retryOutlook(error: unknown): Outlook {
  if (error instanceof BrokenBody || DAMAGED.has((error as Error).name)) return "passing";
  if (!(error instanceof Error)) return "lasting";
  // The SDK sets its clock by the answer that said so.
  if (SKEWED.has(error.name)) return "once";
  const known = error as SdkError;
  if (isThrottlingError(known)) return "throttled";
  // Two conditional writes of one key at the same time: S3 answers one of them with a conflict.
  if (statusOf(error) === 409) return "passing";
  if (CUT_OFF.has((error as NodeJS.ErrnoException).code ?? "")) return "passing";
  return isTransientError(known) || isServerError(known) ? "passing" : "lasting";
}
