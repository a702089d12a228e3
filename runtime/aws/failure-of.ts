import { isServerError, isThrottlingError, isTransientError } from "@smithy/core/retry";
import { AwsFailure, type FailureKind } from "./aws-failure.ts";

type SdkError = Parameters<typeof isTransientError>[0];

const BAD_CREDENTIALS =
  /^(CredentialsProviderError|TokenProviderError|UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|InvalidSignatureException|SignatureDoesNotMatch|MissingAuthenticationToken\w*|ExpiredToken\w*|InvalidToken\w*)$/;
const NETWORK = new Set([
  ...["ECONNRESET", "ECONNREFUSED", "ECONNABORTED", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"],
  ...["ENETUNREACH", "ENETDOWN", "ERR_STREAM_PREMATURE_CLOSE"],
]);

/** An error of the SDK, by what it means for the next step. */
export function failureOf(error: Error): AwsFailure {
  return new AwsFailure(kindOf(error), error);
}

function kindOf(error: Error & { readonly $metadata?: { readonly httpStatusCode?: number } }): FailureKind {
  const status = error.$metadata?.httpStatusCode;
  if (/^Region is missing/i.test(error.message)) return "region";
  if (BAD_CREDENTIALS.test(error.name) || /could not load credentials/i.test(error.message)) return "credentials";
  const known = error as SdkError;
  if (isThrottlingError(known)) return "throttled";
  if (isTransientError(known) || isServerError(known) || (status ?? 0) >= 500) return "unclear";
  if (NETWORK.has((error as NodeJS.ErrnoException).code ?? "")) return "unclear";
  // An answer cut short, or one that is none of the service's.
  if (error instanceof SyntaxError || status === undefined) return "unclear";
  if (status === 401 || status === 403) return "forbidden";
  return "refused";
}
