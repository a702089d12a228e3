import { type ErrorParts, isMillraceError, MillraceError } from "../../../sdk/base/errors.ts";
import { type AwsFailure, isAwsFailure } from "./aws/calls.ts";

type Explanation = Pick<ErrorParts, "hint"> & { readonly because: string };

/** What AWS answered, or what kept it from answering, with a remedy. */
export function explained(error: unknown, task: string): MillraceError {
  if (isMillraceError(error)) return error;
  if (!isAwsFailure(error)) throw error;
  const { because, hint } = explanationOf(error);
  return new MillraceError({
    code: "MILLRACE_BATCH",
    headline: `Cannot ${task} on AWS Batch because ${because}`,
    details: [saidBy(error)],
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}

function explanationOf({ kind, code, message, status }: AwsFailure): Explanation {
  switch (kind) {
    case "region":
      return { because: "no region is set", hint: "set AWS_REGION, or the region of your profile" };
    case "credentials":
      return code === "CredentialsProviderError" || /could not load credentials/i.test(message)
        ? {
            because: "no credentials were found",
            hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role gives them",
          }
        : {
            because: "the credentials are not valid",
            hint: "renew them: log in again, or check AWS_ACCESS_KEY_ID and AWS_PROFILE",
          };
    case "forbidden":
      return {
        because: "the credentials in use may not do that",
        hint: "allow them what AWS names, as docs/aws.md lists it",
      };
    case "throttled":
      return {
        because: "AWS asked again and again to slow down",
        hint: "others of this account start jobs as well; run fewer tasks at once (--max-workers), and resume the run",
      };
    case "unclear":
      return status === undefined
        ? {
            because: "it cannot be reached",
            hint: "check the network, AWS_REGION, and AWS_ENDPOINT_URL if the service is not AWS",
          }
        : {
            because: `the service failed with status ${status} again and again`,
            hint: "resume the run later: nothing that was finished is lost",
          };
    case "refused":
      return refusal(message);
  }
}

function refusal(message: string): Explanation {
  if (/queue/i.test(message) && /(not exist|not found|does not|invalid)/i.test(message))
    return {
      because: "the job queue is not there",
      hint: "name one that is: MILLRACE_BATCH_QUEUE, or @batch({ queue })",
    };
  if (/queue/i.test(message) && /disabled/i.test(message))
    return { because: "the job queue is disabled", hint: "enable it, or name another: MILLRACE_BATCH_QUEUE" };
  if (/role/i.test(message))
    return { because: "AWS does not take the role", hint: "check jobRole and executionRole: both are ARNs" };
  return { because: "AWS refused it" };
}

function saidBy({ code, message, status }: AwsFailure): string {
  const text = message === "" || message === code ? code : `${code}: ${message}`;
  const [line = ""] = text.split("\n");
  return status === undefined ? `cause: ${line}` : `AWS said: ${line} (${status})`;
}
