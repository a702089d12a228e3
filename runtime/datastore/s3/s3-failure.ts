import { isMillraceError, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { type FailedCall, ObjectFailure } from "../objects/object-failure.ts";
import { BrokenBody } from "./collect-body.ts";
import { statusOf } from "./facts-of.ts";
import { retryOutlook } from "./retry-outlook.ts";
import { failureOf } from "../../aws/failure-of.ts";
import { type Remedy, remedyOf, saidBy, type ServiceWords } from "../../aws/remedy-of.ts";

export interface FailurePlace {
  readonly location: string;
  readonly bucket: string;
}

/** What a call of the SDK threw, as a failure of the object store. */
export function s3Failure(error: unknown, place: FailurePlace): ObjectFailure | MillraceError {
  if (isMillraceError(error)) return error;
  return new ObjectFailure({
    outlook: retryOutlook(error),
    isAnswered: statusOf(error) !== undefined || error instanceof BrokenBody,
    explain: (call) => explained(error, { ...place, ...call }),
    cause: error,
  });
}

/** The answer of S3, or what kept it from answering, in terms of the store, with a remedy. */
function explained(error: unknown, place: FailurePlace & FailedCall): MillraceError {
  const failure = failureOf(error as Error);
  const { because, hint } = refusal(error as Error, place) ?? remedyOf(failure, wordsFor(place));
  return new MillraceError({
    code: "MILLRACE_STORAGE",
    headline: `Cannot ${place.verb} ${place.key === "" ? "objects" : place.key} in ${place.location} because ${because}`,
    details: [saidBy(failure, "S3")],
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}

/** What S3 refuses for a reason of its own. */
function refusal(error: Error, { bucket }: FailurePlace): Remedy | null {
  switch (error.name) {
    case "NoSuchBucket":
      return {
        because: `there is no bucket ${bucket}`,
        hint: "create it, or check its name and the account of your credentials",
      };
    case "RequestTimeTooSkewed":
      return { because: "the clock of this machine is wrong", hint: `set it: it says ${new Date().toISOString()}` };
    case "BrokenBody":
      return { because: "the data arrived damaged on every try", hint: "check the network between here and S3" };
  }
  const isElsewhere = error.name === "PermanentRedirect" || error.name === "AuthorizationHeaderMalformed";
  if (!isElsewhere && statusOf(error) !== 301) return null;
  const region = regionIn(error);
  return {
    because: `the bucket ${bucket} is in another region${region === null ? "" : `, ${region}`}`,
    hint: `set AWS_REGION=${region ?? "to the bucket's region"}`,
  };
}

function wordsFor({ verb, bucket }: FailurePlace & FailedCall): ServiceWords {
  return {
    service: "S3",
    region: "set AWS_REGION, or the region of your profile",
    forbidden: {
      because: `the credentials in use may not ${verb} there`,
      hint: `allow them s3:ListBucket on ${bucket}, and s3:GetObject, s3:PutObject and s3:DeleteObject on its objects`,
    },
    throttled: "start fewer tasks at once (--max-workers), and resume the run",
    broken: "resume the run later: nothing that was finished is lost",
    away: "check the network, and AWS_ENDPOINT_URL if the service is not AWS",
  };
}

/** Where a redirect says that the bucket is. */
function regionIn(error: Error): string | null {
  const { Region, $response } = error as { Region?: string; $response?: { headers?: Record<string, string> } };
  const named = /expecting '([a-z0-9-]+)'/.exec(error.message)?.[1];
  return Region ?? $response?.headers?.["x-amz-bucket-region"] ?? named ?? null;
}
