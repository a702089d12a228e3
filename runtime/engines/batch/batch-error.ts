import { isMillraceError, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { type AwsFailure, isAwsFailure } from "../../aws/aws-failure.ts";
import { type Remedy, remedyOf, saidBy, type ServiceWords } from "../../aws/remedy-of.ts";

const WORDS: ServiceWords = {
  service: "AWS",
  region: "set AWS_REGION, or the region of your profile",
  forbidden: {
    because: "the credentials in use may not do that",
    hint: "allow them the actions that docs/aws.md lists",
  },
  throttled: "others in this account start jobs too; run fewer tasks at once (--max-workers) and resume the run",
  broken: "resume the run later: nothing that was finished is lost",
  away: "check the network, AWS_REGION, and AWS_ENDPOINT_URL if the service is not AWS",
};

/** What AWS answered, or what kept it from answering, with a remedy. */
export function batchError(error: unknown, task: string): MillraceError {
  if (isMillraceError(error)) return error;
  if (!isAwsFailure(error)) throw error;
  const { because, hint } = refusal(error) ?? remedyOf(error, WORDS);
  return new MillraceError({
    code: "MILLRACE_BATCH",
    headline: `Cannot ${task} on AWS Batch because ${because}`,
    details: [saidBy(error, WORDS.service)],
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}

/** What Batch refuses for a reason of its own. */
function refusal({ kind, message }: AwsFailure): Remedy | null {
  if (kind !== "refused") return null;
  if (/queue/i.test(message) && /(not exist|not found|does not|invalid)/i.test(message))
    return {
      because: "the job queue does not exist",
      hint: "name another: MILLRACE_BATCH_QUEUE, or @batch({ queue })",
    };
  if (/queue/i.test(message) && /disabled/i.test(message))
    return { because: "the job queue is disabled", hint: "enable it, or name another: MILLRACE_BATCH_QUEUE" };
  if (/role/i.test(message))
    return { because: "AWS does not accept the role", hint: "check jobRole and executionRole: both are ARNs" };
  return null;
}
