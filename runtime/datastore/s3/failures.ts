import type { S3Client } from "@aws-sdk/client-s3";
import { type ErrorParts, isMillraceError, MillraceError } from "../../../sdk/base/errors.ts";
import { statusOf } from "../objects/retries.ts";

export interface FailurePlace {
  readonly verb: string;
  readonly key: string;
  readonly location: string;
  readonly bucket: string;
  readonly client: S3Client;
}

type Explanation = Pick<ErrorParts, "hint"> & { readonly because: string; readonly details?: readonly string[] };

/** The answer of S3, or what kept it from answering, in terms of the store, with a remedy. */
export function explained(error: unknown, place: FailurePlace): MillraceError {
  if (isMillraceError(error)) return error;
  const { because, details = [], hint } = explanationOf(error as Error, place);
  return new MillraceError({
    code: "MILLRACE_STORAGE",
    headline: `Cannot ${place.verb} ${place.key === "" ? "objects" : place.key} in ${place.location} because ${because}`,
    details: [...details, saidBy(error as Error)],
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}

function explanationOf(error: Error, { bucket, verb }: FailurePlace): Explanation {
  const status = statusOf(error);
  const region = regionIn(error);
  const { code } = error as NodeJS.ErrnoException;
  if (error.name === "NoSuchBucket")
    return {
      because: `there is no bucket ${bucket}`,
      hint: "create it, or check its name and the account of your credentials",
    };
  if (error.name === "CredentialsProviderError" || /could not load credentials/i.test(error.message))
    return {
      because: "no credentials were found",
      hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role gives them",
    };
  if (error.name === "RequestTimeTooSkewed")
    return { because: "the clock of this machine is wrong", hint: `set it: it says ${new Date().toISOString()}` };
  if (status === 301 || error.name === "PermanentRedirect" || error.name === "AuthorizationHeaderMalformed")
    return {
      because: `the bucket ${bucket} lies in another region${region === null ? "" : `, ${region}`}`,
      hint: `set AWS_REGION=${region ?? "to the bucket's region"}`,
    };
  if (
    ["InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "ExpiredTokenException"].includes(
      error.name,
    )
  )
    return {
      because: "the credentials are not valid",
      hint: "renew them: log in again, or check AWS_ACCESS_KEY_ID and AWS_PROFILE",
    };
  if (status === 403 || status === 401)
    return {
      because: `the credentials in use may not ${verb} there`,
      hint: `allow them s3:ListBucket on ${bucket}, and s3:GetObject, s3:PutObject and s3:DeleteObject on its objects`,
    };
  if (status === 429 || error.name === "SlowDown")
    return {
      because: "S3 asked again and again to slow down",
      hint: "start fewer tasks at once (--max-workers), and resume the run",
    };
  if (error.name === "BrokenBody")
    return {
      because: "what arrived was damaged on every try",
      details: [error.message],
      hint: "check the network between here and S3",
    };
  if (status !== undefined && status >= 500)
    return {
      because: `the service failed with status ${status} again and again`,
      hint: "resume the run later: nothing that was finished is lost",
    };
  if (code !== undefined || error.name === "TimeoutError")
    return {
      because: "it cannot be reached",
      details: [`problem: ${code ?? "no answer in time"}`],
      hint: "check the network, and AWS_ENDPOINT_URL if the service is not AWS",
    };
  return { because: "the request was refused" };
}

/** Where a redirect says that the bucket is. */
function regionIn(error: Error): string | null {
  const { Region, $response } = error as { Region?: string; $response?: { headers?: Record<string, string> } };
  const named = /expecting '([a-z0-9-]+)'/.exec(error.message)?.[1];
  return Region ?? $response?.headers?.["x-amz-bucket-region"] ?? named ?? null;
}

function saidBy(error: Error): string {
  const status = statusOf(error);
  const text = error.message === "" || error.message === error.name ? error.name : `${error.name}: ${error.message}`;
  const [line = ""] = text.split("\n");
  return status === undefined ? `cause: ${line}` : `S3 said: ${line} (${status})`;
}
