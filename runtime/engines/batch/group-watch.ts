import type { JobEnd, JobGroup, JobListener } from "../jobs/job-service.ts";
import { jobEnd } from "./job-end.ts";
import { hasEnded, type SeenJob } from "./seen-job.ts";

interface WatchedJob {
  status: string;
  reason: string | null;
  hasBegun: boolean;
}

/** What was told of the jobs of a group, so that each change is told once. */
export class GroupWatch {
  readonly group: JobGroup;
  readonly isArray: boolean;
  readonly queue: string;
  /** Null until the service has taken it. */
  id: string | null = null;
  /** Since when Batch denies that it exists; null while it does not. */
  missingSince: number | null = null;
  /** When something was last new of a job that goes on. */
  changedAt = 0;
  /** How many of an array's jobs were in each state, as text, when they were last looked at. */
  lastSummary = "";
  /** Why jobs are being ended, by index. */
  readonly stops = new Map<number, string>();
  /** Those that have not ended, by index. */
  readonly open = new Map<number, WatchedJob>();
  /** Those that have ended, by what Batch calls it. */
  readonly ended = { SUCCEEDED: 0, FAILED: 0 };
  readonly #listener: JobListener;
  readonly #cli: string;

  constructor(group: JobGroup, { listener, queue, cli }: { listener: JobListener; queue: string; cli: string }) {
    this.group = group;
    this.queue = queue;
    this.isArray = group.tasks.length > 1;
    this.#listener = listener;
    this.#cli = cli;
    for (const index of group.tasks.keys()) this.open.set(index, { status: "", reason: null, hasBegun: false });
  }

  get endedCount(): number {
    return this.ended.SUCCEEDED + this.ended.FAILED;
  }

  /** Batch's name for one of the jobs; null until it has one. */
  idOf(index: number): string | null {
    if (this.id === null) return null;
    return this.isArray ? `${this.id}:${index}` : this.id;
  }

  running(): number[] {
    return [...this.open].filter(([, { hasBegun }]) => hasBegun).map(([index]) => index);
  }

  /** Notes where a job is, and tells what is new; true if something was. */
  see(index: number, seen: SeenJob): boolean {
    if (!hasEnded(seen)) return this.waits(index, seen);
    if (!this.open.has(index)) return false;
    const job = { group: this.group, index };
    this.ended[seen.status === "SUCCEEDED" ? "SUCCEEDED" : "FAILED"] += 1;
    this.#end(index, jobEnd(seen, { job, cli: this.#cli, stopReason: this.stops.get(index) ?? null }));
    return true;
  }

  /** The same for a job that goes on. */
  waits(index: number, { status, reason }: Pick<SeenJob, "status" | "reason">): boolean {
    const known = this.open.get(index);
    if (known === undefined || (known.status === status && known.reason === reason)) return false;
    Object.assign(known, { status, reason });
    const job = { group: this.group, index };
    if (status !== "RUNNING") this.#listener.state(job, { name: status, reason });
    else if (!known.hasBegun) {
      known.hasBegun = true;
      this.#listener.running(job);
    }
    return true;
  }

  /** All that have not ended do so now, whatever Batch knows of them. */
  endAll(end: JobEnd): void {
    for (const index of [...this.open.keys()]) this.#end(index, end);
  }

  #end(index: number, end: JobEnd): void {
    this.open.delete(index);
    this.#listener.ended({ group: this.group, index }, end);
  }
}
