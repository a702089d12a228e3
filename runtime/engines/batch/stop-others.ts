import type { RunName } from "../jobs/job-service.ts";
import type { JobQueries } from "./job-queries.ts";
import type { Stopper } from "./stopper.ts";

const OPEN = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING"] as const;

/**
 * Ends all jobs of a run that nobody follows. They are those in a queue that have not ended, whose name contains the run's
 * id and whose parameters name the run. Tags would tell the same, but cannot be asked for.
 */
export async function stopOthers(
  { flow, run }: RunName,
  of: { queues: ReadonlySet<string>; kept: ReadonlySet<string>; lists: JobQueries; stopper: Stopper },
): Promise<void> {
  const candidates = new Set<string>();
  for (const queue of of.queues) {
    if (queue === "") continue;
    for (const status of OPEN) {
      for (const { jobId = "", jobName = "" } of await of.lists.inQueue(queue, status))
        if (jobName.includes(run) && !of.kept.has(jobId)) candidates.add(jobId);
    }
  }
  const jobs = (await of.lists.described([...candidates])).filter(
    ({ parameters = {} }) => parameters["millrace.flow"] === flow && parameters["millrace.run"] === run,
  );
  const reason = "the run that it belongs to was resumed";
  for (const { jobId = "", arrayProperties } of jobs) {
    if (arrayProperties?.size === undefined) await of.stopper.stopJobs([jobId], reason);
    else await of.stopper.stopArray(jobId, reason);
  }
}
