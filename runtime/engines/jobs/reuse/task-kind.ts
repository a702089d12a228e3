import type { TaskSpec } from "../../../task/task-spec.ts";
import type { StepJob } from "../job-service.ts";
import type { ReusedJob } from "./reused-job.ts";

/** This many jobs start at once; more follow when tasks have waited for about as long as a job takes to start. */
const FIRST_JOBS = 32;
const LEAST_START_MS = 1000;
/** Tasks wait behind the one in hand for this long altogether, and the job is not idle until more come. */
const BEHIND_MS = 20;
/** Beside a task that takes this many times as long, the pause until the next comes is nothing. */
const LONG = 20;
/** Where each look is a request. */
const BEHIND_REMOTE_MS = 1500;
const MOST_BEHIND = 8;
/** Weight of the latest task in what is expected of the next. */
const WEIGHT = 0.2;

export interface TaskKindOptions {
  readonly isRemote: boolean;
  /** More jobs may start. */
  onDue(): void;
}

/** Tasks that the same jobs can take, and those jobs. */
export class TaskKind {
  readonly needs: StepJob;
  readonly waiting: TaskSpec[] = [];
  readonly jobs = new Set<ReusedJob>();
  /** The most jobs at once. */
  cap = FIRST_JOBS;
  readonly #options: TaskKindOptions;
  readonly #startedAt = performance.now();
  /** From the first task until the first job has told something. */
  #startMs: number | null = null;
  /** Of a task; null while none has ended. */
  #meanMs: number | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(needs: StepJob, options: TaskKindOptions) {
    this.needs = needs;
    this.#options = options;
  }

  /** How many tasks a job holds behind the one in hand. */
  get behind(): number {
    const ms = this.#options.isRemote ? BEHIND_REMOTE_MS : BEHIND_MS;
    if (this.#meanMs === null || this.#meanMs > ms * LONG) return 0;
    return Math.min(MOST_BEHIND, Math.ceil(ms / Math.max(this.#meanMs, 1)));
  }

  took(ms: number): void {
    this.#meanMs = this.#meanMs === null ? ms : this.#meanMs * (1 - WEIGHT) + ms * WEIGHT;
  }

  lives(job: ReusedJob): void {
    if (this.jobs.has(job)) this.#startMs ??= performance.now() - this.#startedAt;
  }

  /** The living job that has least to do and takes more; null if there is none. */
  freest(): ReusedJob | null {
    let freest: ReusedJob | null = null;
    for (const job of this.jobs)
      if (job.room(this.behind) > 0 && (freest === null || job.given.length < freest.given.length)) freest = job;
    return freest;
  }

  /** Tasks that wait longer than a job takes to start get more jobs, twice as many each time. */
  planMore(): void {
    if (this.waiting.length === 0 || this.#timer !== null) return;
    const startMs = Math.max(this.#startMs ?? 0, LEAST_START_MS);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#isTooSlow(startMs)) this.cap = this.jobs.size * 2;
      this.#options.onDue();
    }, startMs).unref();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #isTooSlow(startMs: number): boolean {
    const living = [...this.jobs].filter(({ isAlive }) => isAlive).length;
    if (living === 0 || this.waiting.length === 0 || this.jobs.size < this.cap) return false;
    return this.#meanMs === null || (this.waiting.length * this.#meanMs) / living > startMs;
  }
}
