import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import type { AwsSetup } from "./aws-setup/aws-setup.ts";
import { awsError } from "./aws-error.ts";

const MOST_SHOWN = 10;

/**
 * The ARN of a job queue that takes jobs: with it the queue is found wherever the region is set to another.
 * @throws MillraceError if there is none of that name, or it takes none
 */
export async function findQueue(aws: AwsSetup, named: string): Promise<string> {
  try {
    const queue = await aws.queue(named);
    if (queue === null) throw noQueue(named, await aws.queueNames());
    if (queue.state === "ENABLED" && (queue.status === "VALID" || queue.status === "UPDATING")) return queue.arn;
    throw new MillraceError({
      code: "MILLRACE_SETTINGS",
      headline: `Cannot use the job queue ${named} because it takes no jobs: it is ${queue.state} and ${queue.status}`,
      details: [`wanted: ENABLED and VALID`, ...(queue.reason === "" ? [] : [`AWS says: ${queue.reason}`])],
      hint: "enable or fix it in the AWS console, or name another with --queue",
    });
  } catch (error) {
    throw awsError(error, `look for the job queue ${named}`);
  }
}

function noQueue(named: string, names: readonly string[]): MillraceError {
  // The name at the end of an ARN.
  const meant = nearest(named.slice(named.lastIndexOf("/") + 1), names);
  const shown = names.slice(0, MOST_SHOWN).join(", ");
  return new MillraceError({
    code: "MILLRACE_SETTINGS",
    headline: `Cannot use the job queue ${named} because this account and region have none of that name`,
    details: [
      names.length === 0 ? "there are no job queues" : `there are: ${shown}${names.length > MOST_SHOWN ? ", …" : ""}`,
    ],
    hint: meant === null ? "check --region and AWS_PROFILE" : `did you mean ${meant}?`,
  });
}
