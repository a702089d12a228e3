import type { JobEnd, JobGroup, JobListener, JobState } from "../job-service.ts";

interface WatchedJob {
  /** In the cluster's own words; empty before it was seen. */
  state: string;
  reason: string | null;
  hasBegun: boolean;
}

/** What a look shows of a job. */
export type JobSight =
  ({ readonly kind: "waiting" | "running" } & JobState) | { readonly kind: "ended"; readonly end: JobEnd };

export interface GroupWatchOptions {
  readonly listener: JobListener;
  /** In milliseconds, never going back. */
  readonly now: () => number;
}

/** What was told of the jobs of a group, so that each change is told once. */
export class GroupWatch {
  readonly group: JobGroup;
  /** Null until the cluster has taken it. */
  id: string | null = null;
  /** Since when the cluster denies that it exists; null while it does not. */
  missingSince: number | null = null;
  /** When something was last new of a job that goes on. */
  changedAt = 0;
  /** Why jobs are being ended, by index. */
  readonly stops = new Map<number, string>();
  /** Those that have not ended, by index. */
  readonly open = new Map<number, WatchedJob>();
  readonly #listener: JobListener;
  readonly #now: () => number;

  constructor(group: JobGroup, { listener, now }: GroupWatchOptions) {
    this.group = group;
    this.#listener = listener;
    this.#now = now;
    for (const index of group.tasks.keys()) this.open.set(index, { state: "", reason: null, hasBegun: false });
  }

  get isArray(): boolean {
    return this.group.tasks.length > 1;
  }

  get endedCount(): number {
    return this.group.tasks.length - this.open.size;
  }

  running(): number[] {
    return [...this.open].filter(([, { hasBegun }]) => hasBegun).map(([index]) => index);
  }

  /** Notes where a job is, and tells what is new. */
  see(index: number, sight: JobSight): void {
    const known = this.open.get(index);
    if (known === undefined) return;
    if (sight.kind === "ended") this.#end(index, sight.end);
    else if (known.state !== sight.name || known.reason !== sight.reason) this.#goesOn(index, known, sight);
  }

  /** All that have not ended do so now, whatever the cluster knows of them. */
  endAll(end: JobEnd): void {
    for (const index of [...this.open.keys()]) this.#end(index, end);
  }

  #goesOn(index: number, known: WatchedJob, { kind, name, reason }: Exclude<JobSight, { kind: "ended" }>): void {
    known.state = name;
    known.reason = reason;
    this.changedAt = this.#now();
    const job = { group: this.group, index };
    if (kind === "waiting") return this.#listener.state(job, { name, reason });
    if (known.hasBegun) return;
    known.hasBegun = true;
    this.#listener.running(job);
  }

  #end(index: number, end: JobEnd): void {
    this.open.delete(index);
    this.changedAt = this.#now();
    this.#listener.ended({ group: this.group, index }, end);
  }
}
