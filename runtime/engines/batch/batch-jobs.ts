import type { JobDetail } from "@aws-sdk/client-batch";
import type { AwsCalls } from "./aws/aws-calls.ts";
import type { FlowJob, FlowJobs, JobFilter, JobOutput } from "../engine-jobs.ts";
import { loadAws } from "./aws/load-aws.ts";
import { Caller } from "./caller.ts";
import { noQueue } from "./refuse-queue.ts";
import { batchError } from "./batch-error.ts";
import { JobQueries } from "./job-queries.ts";
import { logTail } from "./log-tail.ts";
import { Queues } from "./queues.ts";
import { hasEnded, indexOfId, seenJob } from "./seen-job.ts";
import { Stopper } from "./stopper.ts";

const OPEN = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING"] as const;
const ENDED = ["SUCCEEDED", "FAILED"] as const;
/** As many lines as one request gives. */
const MOST_LINES = 10_000;

/** The jobs of a queue as commands see them: each asks once and is done. */
export class BatchJobs implements FlowJobs {
  readonly #queue: string;
  readonly #caller: Caller;
  #aws: Promise<AwsCalls> | null = null;

  constructor(queue: string) {
    this.#queue = queue;
    this.#caller = new Caller(() => (this.#aws ??= loadAws(queue)));
  }

  /** The newest first. */
  async find(filter: JobFilter): Promise<FlowJob[]> {
    return this.#explaining("list jobs", async () => {
      const queues = new Queues(this.#caller);
      if ((await queues.find(this.#queue)) === null) throw noQueue(this.#queue, await queues.names());
      const lists = new JobQueries(this.#caller);
      const ids = new Set<string>();
      for (const status of filter.hasEnded ? [...OPEN, ...ENDED] : OPEN)
        for (const { jobId = "" } of await lists.inQueue(this.#queue, status)) ids.add(jobId);
      const jobs = (await lists.described([...ids])).map(flowJob);
      return jobs
        .filter((job) => job !== null)
        .filter((job) => fits(job, filter))
        .sort((one, other) => other.createdAt - one.createdAt);
    });
  }

  end(jobs: readonly FlowJob[], reason: string): Promise<void> {
    return this.#explaining("end jobs", async () => {
      const stopper = new Stopper(this.#caller);
      const single = jobs.filter(({ counts }) => counts === null).map(({ id }) => id);
      await stopper.stopJobs(single, reason);
      for (const { id, counts } of jobs) if (counts !== null) await stopper.stopArray(id, reason);
    });
  }

  /** What a job wrote, as far as CloudWatch has it; null where it has nothing. */
  log(job: JobOutput): Promise<readonly string[] | null> {
    return this.#explaining("read the output of a job", async () => {
      const id = job.id ?? (await new JobQueries(this.#caller).named(this.#queue, job.name))[0]?.jobId;
      if (id === undefined) return null;
      return logTail(job.index === null ? id : `${id}:${job.index}`, { caller: this.#caller, most: MOST_LINES });
    });
  }

  async close(): Promise<void> {
    (await this.#aws)?.close();
  }

  async #explaining<T>(task: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw batchError(error, task);
    }
  }
}

/** Null for a job that is not ours. */
function flowJob(job: JobDetail): (FlowJob & { readonly flow: string }) | null {
  const { parameters = {}, arrayProperties } = job;
  const { "millrace.flow": flow, "millrace.run": run, "millrace.step": step, "millrace.task": task } = parameters;
  const { id, status, reason } = seenJob(job);
  if (flow === undefined || run === undefined || step === undefined || indexOfId(id) !== null) return null;
  return {
    ...{ flow, run, step, id, reason, state: status },
    name: job.jobName ?? "",
    task: task === undefined ? null : Number(task),
    user: parameters["millrace.user"] ?? "",
    createdAt: job.createdAt ?? 0,
    counts: arrayProperties?.size === undefined ? null : (arrayProperties.statusSummary ?? {}),
  };
}

function fits(job: FlowJob & { readonly flow: string }, filter: JobFilter): boolean {
  if (job.flow !== filter.flow) return false;
  if (filter.user !== null && job.user !== filter.user) return false;
  return filter.hasEnded || !areAllEnded(job);
}

/** An array whose jobs have all ended is over, whatever is said of the whole. */
function areAllEnded({ counts, state }: FlowJob): boolean {
  if (counts === null) return hasEnded({ status: state });
  const open = Object.entries(counts).filter(([status, count]) => count > 0 && !hasEnded({ status }));
  return Object.keys(counts).length > 0 ? open.length === 0 : hasEnded({ status: state });
}
