import { MillraceError } from "../../../../sdk/base/errors.ts";
import { FlowJobs } from "../../../engines/batch/flow-jobs.ts";
import { computeSettings } from "../../../config.ts";

/** Opens the queue that a command is about for as long as it works. */
export async function withFlowJobs<T>(
  { queue, cwd }: { queue: string | undefined; cwd: string },
  work: (jobs: FlowJobs) => Promise<T>,
): Promise<T> {
  const name = queue ?? computeSettings(cwd).batchQueue;
  if (name === null) {
    throw new MillraceError({
      code: "MILLRACE_BATCH",
      headline: "Cannot use AWS Batch because no job queue is named",
      details: ['wanted: --queue, MILLRACE_BATCH_QUEUE, or "batchQueue" in millrace.config.json'],
      hint: "`millrace configure aws` finds the queue and writes it down",
    });
  }
  const jobs = new FlowJobs(name);
  try {
    return await work(jobs);
  } finally {
    await jobs.close();
  }
}
