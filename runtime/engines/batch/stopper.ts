import type { AwsCalls } from "./aws/aws-calls.ts";
import { isAwsFailure } from "../../aws/aws-failure.ts";
import type { Caller } from "./caller.ts";
import type { JobStop } from "../jobs/polling/job-api.ts";
import { inParallel } from "./in-parallel.ts";
import { JobQueries } from "./job-queries.ts";
import { seenJob } from "./seen-job.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";

const AT_ONCE = 10;
const MAX_TRIES = 6;
/** How long the jobs of an array may take to show that the whole was ended. */
const SETTLE_MS = 700;
const OPEN = ["RUNNING", "STARTING", "RUNNABLE", "PENDING", "SUBMITTED"] as const;

/** Ends jobs, not too many at once. */
export class Stopper {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Ends jobs of groups; all of an array's by as few requests as will do. */
  async stop(requests: readonly JobStop[]): Promise<void> {
    const single: { id: string; reason: string }[] = [];
    const arrays: { id: string; reason: string }[] = [];
    for (const { watch, indexes, reasonOf } of requests) {
      if (watch.id === null) continue;
      if (watch.isArray && indexes.length > 1 && indexes.length === watch.open.size)
        arrays.push({ id: watch.id, reason: reasonOf(indexes[0] ?? 0) });
      else
        for (const index of indexes)
          single.push({ id: watch.isArray ? `${watch.id}:${index}` : watch.id, reason: reasonOf(index) });
    }
    await inParallel(single, AT_ONCE, ({ id, reason }) => this.stopJobs([id], reason));
    for (const { id, reason } of arrays) await this.stopArray(id, reason);
  }

  async stopJobs(ids: readonly string[], reason: string): Promise<void> {
    const text = fitting(reason);
    await inParallel(ids, AT_ONCE, (id) => this.#terminate((aws) => aws.terminateJob(id, text)));
  }

  /** Ending the whole ends its jobs; where it does not, each of them is ended. */
  async stopArray(id: string, reason: string): Promise<void> {
    await this.stopJobs([id], reason);
    const before = await this.#untouched(id, { reason, isOnePage: true });
    if (before.length === 0) return;
    await this.#caller.pause(SETTLE_MS);
    const after = new Set(await this.#untouched(id, { reason, isOnePage: true }));
    if (before.some((job) => after.has(job)))
      await this.stopJobs(await this.#untouched(id, { reason, isOnePage: false }), reason);
  }

  /** Jobs of an array that go on and that nobody has told to end. */
  async #untouched(id: string, { reason, isOnePage }: { reason: string; isOnePage: boolean }): Promise<string[]> {
    const lists = new JobQueries(this.#caller, { maxTries: MAX_TRIES });
    const found: string[] = [];
    for (const status of OPEN) {
      const jobs = (await lists.inArray(id, status, isOnePage)).map(seenJob);
      appendAll(
        found,
        jobs.filter((job) => !job.isTerminated && job.reason !== fitting(reason)).map((job) => job.id),
      );
    }
    return found;
  }

  async #terminate(action: (aws: AwsCalls) => Promise<void>): Promise<void> {
    try {
      await this.#caller.call(action, MAX_TRIES);
    } catch (error) {
      // It ended by itself meanwhile, and so long ago that Batch has forgotten it.
      if (!isAwsFailure(error) || error.kind !== "refused") throw error;
    }
  }
}

const MAX_REASON = 256;

/** A reason is wanted, and one line is enough. */
function fitting(reason: string): string {
  const [line = ""] = reason.split("\n");
  return line === "" ? "ended by Millrace" : line.slice(0, MAX_REASON);
}
