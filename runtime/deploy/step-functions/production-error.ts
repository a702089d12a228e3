import { isMillraceError, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { isAwsFailure } from "../../aws/aws-failure.ts";
import { remedyOf, saidBy, type ServiceWords } from "../../aws/remedy-of.ts";

const WORDS: ServiceWords = {
  service: "AWS",
  region: "set AWS_REGION, or the region of your profile",
  forbidden: {
    because: "the credentials in use, or one of the roles, may not do that",
    hint: "allow them the actions that docs/production.md lists",
  },
  throttled: "do it again later: what was done stays",
  broken: "do it again later: what was done stays",
  away: "check the network, AWS_REGION, and AWS_ENDPOINT_URL if the service is not AWS",
};

/** What AWS answered, or what kept it from answering, with a remedy. */
export function productionError(error: unknown, task: string): MillraceError {
  if (isMillraceError(error)) return error;
  if (!isAwsFailure(error)) throw error;
  const { because, hint } = remedyOf(error, WORDS);
  return new MillraceError({
    code: "MILLRACE_TARGET",
    headline: `Cannot ${task} on Step Functions because ${because}`,
    details: [saidBy(error, WORDS.service)],
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}
