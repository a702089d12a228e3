import type { JobDetail } from "@aws-sdk/client-batch";
import type { Caller } from "./caller.ts";
import { JobQueries } from "./job-queries.ts";

/** Where containers write unless their definition says otherwise; ours say nothing. */
const GROUP = "/aws/batch/job";
const LINES = 20;
const MAX_TRIES = 3;

/** The end of what a job's container wrote; null if nothing of it is kept. */
export async function logTail(
  id: string,
  { caller, most = LINES }: { caller: Caller; most?: number },
): Promise<readonly string[] | null> {
  const [job] = await new JobQueries(caller, { maxTries: MAX_TRIES }).described([id]);
  const stream = job === undefined ? null : logStreamOf(job);
  return stream === null ? null : caller.call((aws) => aws.lastLogLines({ group: GROUP, stream }, most), MAX_TRIES);
}

function logStreamOf({ container, attempts = [] }: JobDetail): string | null {
  return container?.logStreamName ?? attempts.at(-1)?.container?.logStreamName ?? null;
}
