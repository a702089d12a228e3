import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { FlowJobs, JobsRequest } from "../engine-jobs.ts";
import { BATCH_SETTINGS } from "./batch-settings.ts";

export function hasQueue(of: JobsRequest): boolean {
  return queueOf(of) !== null;
}

function queueOf({ place, settings }: JobsRequest): string | null {
  return place ?? settings.engine(BATCH_SETTINGS).queue;
}

/** @throws MillraceError where no queue is named */
export async function openBatchJobs(of: JobsRequest): Promise<FlowJobs> {
  const queue = queueOf(of);
  if (queue === null) throw noQueueNamed();
  const { BatchJobs } = await import("./batch-jobs.ts");
  return new BatchJobs(queue);
}

function noQueueNamed(): MillraceError {
  return new MillraceError({
    code: "MILLRACE_BATCH",
    headline: "Cannot use AWS Batch because no job queue is named",
    details: ['wanted: --queue, MILLRACE_BATCH_QUEUE, or "batchQueue" in millrace.config.json'],
    hint: "`millrace configure aws` finds the queue and saves it",
  });
}
