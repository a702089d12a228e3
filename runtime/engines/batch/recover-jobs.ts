import type { RunName } from "../jobs/job-service.ts";
import type { Caller } from "./caller.ts";
import type { GroupWatch } from "./group-watch.ts";
import { JobLists } from "./job-lists.ts";
import type { Stopper } from "./stopper.ts";

const OPEN = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING"] as const;

interface Wanted {
  readonly watch: GroupWatch;
  readonly id: string | null;
}

/** Finds the jobs of groups by their ids, else by their names, and gives the groups those ids. */
export async function findLost(wanted: readonly Wanted[], caller: Caller): Promise<GroupWatch[]> {
  const lists = new JobLists(caller);
  const described = await lists.described(wanted.map(({ id }) => id).filter((id) => id !== null));
  const known = new Set(described.map(({ jobId }) => jobId));
  for (const { watch, id } of wanted) {
    if (id !== null && known.has(id)) watch.id = id;
    else watch.id = (await lists.named(watch.queue, watch.group.name))[0]?.jobId ?? null;
  }
  return wanted.map(({ watch }) => watch).filter(({ id }) => id !== null);
}

/**
 * Ends all jobs of a run that nobody follows. They are those in a queue that have not ended, whose name contains the run's
 * id and whose parameters name the run. Tags would tell the same, but cannot be asked for.
 */
export async function endOthers(
  { flow, run }: RunName,
  of: { queues: ReadonlySet<string>; kept: ReadonlySet<string>; caller: Caller; stopper: Stopper },
): Promise<void> {
  const lists = new JobLists(of.caller);
  const candidates = new Set<string>();
  for (const queue of of.queues) {
    if (queue === "") continue;
    for (const status of OPEN) {
      for (const { jobId = "", jobName = "" } of await lists.inQueue(queue, status))
        if (jobName.includes(run) && !of.kept.has(jobId)) candidates.add(jobId);
    }
  }
  const jobs = (await lists.described([...candidates])).filter(
    ({ parameters = {} }) => parameters["millrace.flow"] === flow && parameters["millrace.run"] === run,
  );
  const reason = "the run that it belongs to was resumed";
  for (const { jobId = "", arrayProperties } of jobs) {
    if (arrayProperties?.size === undefined) await of.stopper.stopJobs([jobId], reason);
    else await of.stopper.stopArray(jobId, reason);
  }
}
