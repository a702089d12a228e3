import { batchEngine } from "../../../engines/batch/batch-engine.ts";
import type { FlowJobs } from "../../../engines/engine-jobs.ts";

/** Opens the queue that a command is about for as long as it works. */
export async function withFlowJobs<T>(
  { queue, cwd }: { queue: string | undefined; cwd: string },
  work: (jobs: FlowJobs) => Promise<T>,
): Promise<T> {
  const jobs = await batchEngine.jobs.open({ place: queue, cwd });
  try {
    return await work(jobs);
  } finally {
    await jobs.close();
  }
}
