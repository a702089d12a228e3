import type { JobDetail, JobStatus } from "@aws-sdk/client-batch";
import type { JobState } from "../jobs/job-service.ts";
import { type JobQueries, PAGE } from "./job-queries.ts";
import type { SeenGroup } from "./seen-group.ts";
import { indexOfId, isUnexplained, type SeenJob, seenJob } from "./seen-job.ts";

type Summary = Readonly<Record<string, number>>;

const WAITING = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING"] as const;

/**
 * Looks at the jobs of an array whose parent was just described. The parent counts its jobs by state: only if that changed
 * others are asked for, by whatever takes the fewest requests. Of an array of 10,000 with 200 running that is a list of
 * those that run and a description of those that no longer do: about four requests instead of a hundred.
 */
export class ArrayLook {
  readonly #group: SeenGroup;
  readonly #lists: JobQueries;
  readonly #parent: string;

  constructor(group: SeenGroup, lists: JobQueries) {
    this.#group = group;
    this.#lists = lists;
    this.#parent = group.watch.id ?? "";
  }

  async look(parent: JobDetail): Promise<void> {
    const summary: Summary = parent.arrayProperties?.statusSummary ?? {};
    const seen = seenJob(parent);
    const total = Object.values(summary).reduce((sum, count) => sum + count, 0);
    // It ended before its jobs were made.
    if (total === 0) return this.#seeAll(seen);
    const text = JSON.stringify(summary);
    const isSame = text === this.#group.lastSummary && endedIn(summary) <= this.#group.endedCount;
    if (!isSame) await this.#lookAtJobs(summary);
    await this.#tellWaiting(summary, { reason: seen.reason, isSame });
    this.#group.lastSummary = text;
  }

  #seeAll(seen: SeenJob): void {
    for (const index of [...this.#group.watch.open.keys()]) this.#group.see(index, seen);
  }

  async #lookAtJobs(summary: Summary): Promise<void> {
    const { watch } = this.#group;
    const running = summary["RUNNING"] ?? 0;
    const wereRunning = watch.running();
    if (pages(watch.open.size) <= pages(running) + pages(wereRunning.length)) await this.#describe();
    else await this.#lookAtRunning(running, wereRunning);
    if (this.#group.endedCount < endedIn(summary)) await this.#findEnded(summary);
  }

  /** What ran and is no longer among those that run has mostly ended. */
  async #lookAtRunning(running: number, before: readonly number[]): Promise<void> {
    const listed = new Set(running === 0 ? [] : await this.#list("RUNNING"));
    const gone = before.filter((index) => !listed.has(index));
    if (gone.length > 0) await this.#describe(gone);
  }

  /** Jobs so short that nobody saw them run. */
  async #findEnded(summary: Summary): Promise<void> {
    const { ended, watch } = this.#group;
    const lacking = (["SUCCEEDED", "FAILED"] as const).filter((status) => ended[status] < (summary[status] ?? 0));
    const listCost = lacking.reduce((cost, status) => cost + pages(summary[status] ?? 0), 0);
    if (pages(watch.open.size) < listCost) await this.#describe();
    else for (const status of lacking) await this.#list(status);
  }

  async #describe(indexes: Iterable<number> = this.#group.watch.open.keys()): Promise<void> {
    const jobs = await this.#lists.described([...indexes].map((index) => `${this.#parent}:${index}`));
    const seen = jobs.map(seenJob);
    // Where descriptions do not tell how a job failed, the list does.
    const isExplained = !seen.some(isUnexplained);
    for (const job of seen) if (isExplained || !isUnexplained(job)) this.#see(job);
    if (!isExplained) await this.#list("FAILED");
  }

  async #list(status: JobStatus): Promise<number[]> {
    const jobs = (await this.#lists.inArray(this.#parent, status)).map(seenJob);
    for (const job of jobs) this.#see(job);
    return jobs.map(({ id }) => indexOfId(id) ?? -1);
  }

  #see(job: SeenJob): void {
    const index = indexOfId(job.id);
    if (index !== null) this.#group.see(index, job);
  }

  /** Where all that have not begun are in one state, that is the state of each. */
  async #tellWaiting(summary: Summary, parent: { reason: string | null; isSame: boolean }): Promise<void> {
    const [name, other] = WAITING.filter((one) => (summary[one] ?? 0) > 0);
    if (name === undefined || other !== undefined) return;
    const waiting = [...this.#group.watch.open].filter(([, { hasBegun }]) => !hasBegun);
    const [first] = waiting;
    if (first === undefined || waiting.length !== summary[name]) return;
    const known = parent.reason ?? (first[1].state === name ? first[1].reason : null);
    // A job that waits for machines may say why; asked only once nothing moves.
    const isAsked = parent.isSame && name === "RUNNABLE" && parent.reason === null;
    const state: JobState = { name, reason: isAsked ? await this.#reasonToWait(name) : known };
    for (const [index] of waiting) this.#group.goesOn(index, state);
  }

  async #reasonToWait(status: JobStatus): Promise<string | null> {
    const listed = (await this.#lists.inArray(this.#parent, status, true)).map(seenJob);
    return listed.find((job) => job.reason !== null)?.reason ?? null;
  }
}

function endedIn(summary: Summary): number {
  return (summary["SUCCEEDED"] ?? 0) + (summary["FAILED"] ?? 0);
}

function pages(count: number): number {
  return Math.ceil(count / PAGE);
}
