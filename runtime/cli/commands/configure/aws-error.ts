import { type ErrorParts, isMillraceError, MillraceError } from "../../../../sdk/base/errors.ts";
import { type AwsFailure, isAwsFailure } from "../../../engines/batch/aws/calls.ts";

type Explanation = Pick<ErrorParts, "hint"> & { readonly because: string };

/** What AWS answered, or what kept it from answering, with a remedy; another error stays what it is. */
export function awsError(error: unknown, task: string): unknown {
  if (isMillraceError(error) || !isAwsFailure(error)) return error;
  const { because, hint } = explanationOf(error);
  const { code, message, status } = error;
  const [line = ""] = (message === "" || message === code ? code : `${code}: ${message}`).split("\n");
  return new MillraceError({
    code: "MILLRACE_AWS",
    headline: `Cannot ${task} because ${because}`,
    details: [status === undefined ? `cause: ${line}` : `AWS said: ${line} (${status})`],
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}

function explanationOf({ kind }: AwsFailure): Explanation {
  switch (kind) {
    case "region":
      return { because: "no region is set", hint: "give --region, or set AWS_REGION or the region of your profile" };
    case "credentials":
      return {
        because: "there are no valid credentials",
        hint: "log in, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
      };
    case "forbidden":
      return {
        because: "the credentials in use may not do that",
        hint: "allow them batch:DescribeJobQueues, and for --stack cloudformation:DescribeStacks; or use --no-verify",
      };
    case "throttled":
      return { because: "AWS asked again and again to slow down", hint: "try it again in a minute" };
    case "unclear":
      return {
        because: "AWS cannot be reached, or does not work",
        hint: "check the network, the region, and AWS_ENDPOINT_URL if the service is not AWS",
      };
    case "refused":
      return { because: "AWS refused it" };
  }
}
