import type { JobDetail, JobStatus } from "@aws-sdk/client-batch";
import type { GroupWatch } from "./group-watch.ts";
import { type JobLists, PAGE } from "./job-lists.ts";
import { hasEnded, indexOfId, isUnexplained, type SeenJob, seenJob } from "./seen-job.ts";

type Summary = Readonly<Record<string, number>>;

const WAITING = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING"] as const;

/**
 * Looks at the jobs of an array, whose parent was just described, and says whether something was new. The parent counts
 * its jobs by state: only if that changed others are asked for, by whatever takes the fewest requests. Of an array of
 * 10,000 with 200 running that is a list of those that run and a description of those that no longer do: about four
 * requests instead of a hundred.
 */
export async function lookAtArray(watch: GroupWatch, parent: JobDetail, lists: JobLists): Promise<boolean> {
  const summary: Summary = parent.arrayProperties?.statusSummary ?? {};
  const seen = seenJob(parent);
  const total = Object.values(summary).reduce((sum, count) => sum + count, 0);
  // It ended before its jobs were made.
  if (total === 0) return seeAll(watch, seen);
  const text = JSON.stringify(summary);
  const isSame = text === watch.lastSummary && endedIn(summary) <= watch.endedCount;
  const before = watch.endedCount;
  let isNew = false;
  if (!isSame) isNew = await new ArrayLook(watch, lists).see(summary);
  const isWaitingNew = await tellWaiting(watch, { summary, seen, isSame, lists });
  watch.lastSummary = text;
  return isNew || isWaitingNew || watch.endedCount > before;
}

class ArrayLook {
  readonly #watch: GroupWatch;
  readonly #lists: JobLists;
  readonly #parent: string;
  #isNew = false;

  constructor(watch: GroupWatch, lists: JobLists) {
    this.#watch = watch;
    this.#lists = lists;
    this.#parent = watch.id ?? "";
  }

  async see(summary: Summary): Promise<boolean> {
    const running = summary["RUNNING"] ?? 0;
    const wereRunning = this.#watch.running();
    if (pages(this.#watch.open.size) <= pages(running) + pages(wereRunning.length)) await this.#describe();
    else await this.#lookAtRunning(running, wereRunning);
    if (this.#watch.endedCount < endedIn(summary)) await this.#findEnded(summary);
    return this.#isNew;
  }

  /** What ran and is no longer among those that run has mostly ended. */
  async #lookAtRunning(running: number, before: readonly number[]): Promise<void> {
    const listed = new Set(running === 0 ? [] : await this.#list("RUNNING"));
    const gone = before.filter((index) => !listed.has(index));
    if (gone.length > 0) await this.#describe(gone);
  }

  /** Jobs so short that nobody saw them run. */
  async #findEnded(summary: Summary): Promise<void> {
    const { ended, open } = this.#watch;
    const lacking = (["SUCCEEDED", "FAILED"] as const).filter((status) => ended[status] < (summary[status] ?? 0));
    const listCost = lacking.reduce((cost, status) => cost + pages(summary[status] ?? 0), 0);
    if (pages(open.size) < listCost) await this.#describe();
    else for (const status of lacking) await this.#list(status);
  }

  async #describe(indexes: Iterable<number> = this.#watch.open.keys()): Promise<void> {
    const jobs = await this.#lists.described([...indexes].map((index) => `${this.#parent}:${index}`));
    const seen = jobs.map(seenJob);
    // Where descriptions do not tell how a job failed, the list does.
    const isExplained = !seen.some(isUnexplained);
    for (const job of seen) if (isExplained || !isUnexplained(job)) this.#tell(job);
    if (!isExplained) await this.#list("FAILED");
  }

  async #list(status: JobStatus): Promise<number[]> {
    const jobs = (await this.#lists.inArray(this.#parent, status)).map(seenJob);
    for (const job of jobs) this.#tell(job);
    return jobs.map(({ id }) => indexOfId(id) ?? -1);
  }

  #tell(job: SeenJob): void {
    const index = indexOfId(job.id);
    if (index !== null && this.#watch.see(index, job)) this.#isNew = true;
  }
}

/** Where all that have not begun are in one state, that is the state of each. */
async function tellWaiting(
  watch: GroupWatch,
  look: { summary: Summary; seen: SeenJob; isSame: boolean; lists: JobLists },
): Promise<boolean> {
  const { summary, isSame, lists } = look;
  const [status, other] = WAITING.filter((one) => (summary[one] ?? 0) > 0);
  if (status === undefined || other !== undefined) return false;
  const waiting = [...watch.open].filter(([, { hasBegun }]) => !hasBegun);
  const [first] = waiting;
  if (first === undefined || waiting.length !== summary[status]) return false;
  let reason = look.seen.reason ?? (first[1].status === status ? first[1].reason : null);
  // A job that waits for machines may say why; asked only once nothing moves.
  if (isSame && status === "RUNNABLE" && look.seen.reason === null) {
    const listed = (await lists.inArray(watch.id ?? "", status, true)).map(seenJob);
    reason = listed.find((job) => job.reason !== null)?.reason ?? null;
  }
  const told = waiting.map(([index]) => watch.waits(index, { status, reason }));
  return told.includes(true);
}

function seeAll(watch: GroupWatch, seen: SeenJob): boolean {
  if (!hasEnded(seen)) {
    const told = [...watch.open.keys()].map((index) => watch.waits(index, seen));
    return told.includes(true);
  }
  for (const index of [...watch.open.keys()]) watch.see(index, seen);
  return true;
}

function endedIn(summary: Summary): number {
  return (summary["SUCCEEDED"] ?? 0) + (summary["FAILED"] ?? 0);
}

function pages(count: number): number {
  return Math.ceil(count / PAGE);
}
