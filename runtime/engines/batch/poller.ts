import type { JobDetail } from "@aws-sdk/client-batch";
import type { JobListener } from "../jobs/job-service.ts";
import { lookAtArray } from "./array-look.ts";
import { isAwsFailure } from "./aws/calls.ts";
import type { Caller } from "./caller.ts";
import type { GroupWatch } from "./group-watch.ts";
import { JobLists } from "./job-lists.ts";
import { nextLookMs } from "./pace.ts";
import { hasEnded, isUnexplained, seenJob } from "./seen-job.ts";

/** What Batch was told of can take a while to be found everywhere; after so long it counts as gone. */
const LOST_AFTER_MS = 60_000;
/** How long Batch may be silent before people are told. */
const TELL_SILENCE_MS = 30_000;
/** Of one request; the next look asks again. */
const MAX_TRIES = 3;
/** After a look that failed, and that many times more after each further one. */
const CALLS_PER_FAILURE = 10;

/** Looks at all jobs that are under way, together: one request tells of a hundred of them. */
export class Poller {
  readonly #caller: Caller;
  readonly #listener: JobListener;
  readonly #now: () => number;
  readonly #watched = new Map<string, GroupWatch>();
  #timer: NodeJS.Timeout | null = null;
  #dueAt = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** Requests that the last look took. */
  #calls = 1;
  #isLooking = false;
  #isClosed = false;
  #silentSince: number | null = null;
  #failures = 0;
  #hasToldSilence = false;

  constructor({ caller, listener, now = () => performance.now() }: PollerOptions) {
    this.#caller = caller;
    this.#listener = listener;
    this.#now = now;
  }

  /** Follows a group that has an id until all its jobs have ended. */
  add(watch: GroupWatch): void {
    if (watch.id === null || this.#isClosed) return;
    this.#watched.set(watch.id, watch);
    this.hurry(watch);
  }

  /** Something is about to change. */
  hurry(watch: GroupWatch): void {
    watch.changedAt = this.#now();
    this.#plan();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** The next look; one that is planned earlier stays, or ever more jobs would put it off for ever. */
  #plan(): void {
    if (this.#isClosed || this.#isLooking || this.#watched.size === 0) return;
    const now = this.#now();
    const changedAt = [...this.#watched.values()].reduce((latest, watch) => Math.max(latest, watch.changedAt), 0);
    const calls = this.#calls + this.#failures * CALLS_PER_FAILURE;
    const dueAt = Math.max(this.#lookedAt + nextLookMs({ youngestMs: now - changedAt, calls }), now);
    if (this.#timer !== null && this.#dueAt <= dueAt) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => void this.#look(), dueAt - now);
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    this.#timer = null;
    const lists = new JobLists(this.#caller, MAX_TRIES);
    try {
      await this.#lookAtAll(lists);
      this.#heard();
    } catch (error) {
      this.#missed(error as Error);
    } finally {
      this.#isLooking = false;
      this.#lookedAt = this.#now();
      this.#calls = lists.calls;
      this.#plan();
    }
  }

  async #lookAtAll(lists: JobLists): Promise<void> {
    const asked = [...this.#watched.keys()];
    const found = new Map((await lists.described(asked)).map((job) => [job.jobId, job]));
    for (const id of asked) {
      const watch = this.#watched.get(id);
      const job = found.get(id);
      if (watch === undefined || this.#isClosed) continue;
      if (job !== undefined && (await this.#seen(watch, job, lists))) watch.changedAt = this.#now();
      if (watch.open.size === 0) this.#watched.delete(id);
      else if (job === undefined || hasEnded(seenJob(job))) this.#noteMissing(id, watch);
      else watch.missingSince = null;
    }
  }

  async #seen(watch: GroupWatch, job: JobDetail, lists: JobLists): Promise<boolean> {
    if (watch.isArray) return lookAtArray(watch, job, lists);
    const seen = seenJob(job);
    if (!isUnexplained(seen)) return watch.see(0, seen);
    const summaries = await lists.named(watch.queue, watch.group.name);
    const summary = summaries.find(({ jobId }) => jobId === watch.id);
    return watch.see(0, summary?.status === "FAILED" ? seenJob(summary) : seen);
  }

  /** A job is not found, or the array that it belongs to has ended without it. */
  #noteMissing(id: string, watch: GroupWatch): void {
    const now = this.#now();
    watch.missingSince ??= now;
    if (now - watch.missingSince < LOST_AFTER_MS) return;
    this.#watched.delete(id);
    const reason = `AWS Batch knows nothing of job ${id}, ${LOST_AFTER_MS / 1000} s after it was last asked for`;
    watch.endAll({ kind: "exited", exitCode: null, reason, details: [] });
  }

  #heard(): void {
    if (this.#hasToldSilence) this.#listener.warning("AWS Batch answers again");
    this.#silentSince = null;
    this.#failures = 0;
    this.#hasToldSilence = false;
  }

  /** The jobs go on without us: what happened to them is seen when Batch answers again. */
  #missed(error: Error): void {
    if (!isAwsFailure(error)) throw error;
    this.#failures += 1;
    this.#silentSince ??= this.#now();
    const silentMs = this.#now() - this.#silentSince;
    const isHopeless = error.kind !== "throttled" && error.kind !== "unclear";
    if (this.#isClosed || this.#hasToldSilence || (silentMs < TELL_SILENCE_MS && !isHopeless)) return;
    this.#hasToldSilence = true;
    const remedy = error.kind === "credentials" ? "; renew the credentials, the run then goes on" : "";
    this.#listener.warning(
      `AWS Batch does not say how its jobs fare, which go on meanwhile: ${error.code}: ${error.message}${remedy}`,
    );
  }
}

export interface PollerOptions {
  readonly caller: Caller;
  readonly listener: JobListener;
  /** In milliseconds, never going back. */
  readonly now?: () => number;
}
