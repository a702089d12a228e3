import { isMillraceError, MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { isAwsFailure } from "../../../aws/aws-failure.ts";
import { remedyOf, saidBy, type ServiceWords } from "../../../aws/remedy-of.ts";

const WORDS: ServiceWords = {
  service: "AWS",
  region: "give --region, or set AWS_REGION or the region of your profile",
  forbidden: {
    because: "the credentials in use may not do that",
    hint: "allow them batch:DescribeJobQueues, and for --stack cloudformation:DescribeStacks; or use --no-verify",
  },
  throttled: "try it again in a minute",
  broken: "try it again later, or use --no-verify",
  away: "check the network, the region, and AWS_ENDPOINT_URL if the service is not AWS",
};

/** What AWS answered, or what kept it from answering, with a remedy; another error stays what it is. */
export function awsError(error: unknown, task: string): unknown {
  if (isMillraceError(error) || !isAwsFailure(error)) return error;
  const { because, hint } = remedyOf(error, WORDS);
  return new MillraceError({
    code: "MILLRACE_AWS",
    headline: `Cannot ${task} because ${because}`,
    details: [saidBy(error, WORDS.service)],
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}
