import type { Storage } from "../../../datastore/storage.ts";
import type { TaskOutcome } from "../../../task/task-outcome.ts";
import type { TaskSpec } from "../../../task/task-spec.ts";
import { jobName } from "../job-name.ts";
import type { JobEnd, JobRef, StepJob } from "../job-service.ts";
import { TaskKind } from "./task-kind.ts";
import { ReusedJob } from "./reused-job.ts";

export interface JobReuserOptions {
  readonly storage: Storage;
  /** The most jobs that are at work at once. */
  readonly limit: number;
  /** The same value for attempts that the same jobs can take. */
  kindOf(spec: TaskSpec): StepJob;
  readonly on: ReuseListener;
}

export interface ReuseListener {
  /** A job of its own is to start with it. */
  starts(spec: TaskSpec): void;
  /** A living job gets it. */
  given(spec: TaskSpec, ref: JobRef): void;
  began(spec: TaskSpec): void;
  returned(spec: TaskSpec): void;
  ended(spec: TaskSpec, how: { readonly outcome: TaskOutcome; readonly hasOutput: boolean }): void;
  /** Its job ended with it in hand. */
  lost(spec: TaskSpec, of: { readonly ref: JobRef; readonly end: JobEnd }): void;
  /** Its job ended and has surely not begun it: it waits for another. */
  again(spec: TaskSpec): void;
  /** False once it is to be stopped. */
  isWanted(spec: TaskSpec): boolean;
  trouble(error: unknown): void;
}

/** Gives tasks to jobs that live, and starts more jobs where those are too few. */
export class JobReuser {
  readonly #options: JobReuserOptions;
  readonly #kinds = new Map<StepJob, TaskKind>();
  /** By name. */
  readonly #jobs = new Map<string, { readonly job: ReusedJob; readonly kind: TaskKind }>();
  /** Tasks with which jobs are about to start. */
  readonly #starting = new Map<number, TaskKind>();
  #isClosed = false;

  constructor(options: JobReuserOptions) {
    this.#options = options;
  }

  /** How many more tasks of a step its living jobs would hold behind those in hand. */
  ahead(step: string): number {
    let count = 0;
    for (const kind of this.#kinds.values())
      if (kind.needs.step === step) for (const job of kind.jobs) count += job.holds(kind.behind);
    return count;
  }

  add(spec: TaskSpec): void {
    const kind = this.#kindOf(spec);
    kind.waiting.push(spec);
    this.#deal(kind);
  }

  /** True if it waited and no longer does. */
  remove(task: number): boolean {
    for (const kind of this.#kinds.values()) {
      const at = kind.waiting.findIndex((spec) => spec.task === task);
      if (at >= 0) return kind.waiting.splice(at, 1).length > 0;
    }
    return false;
  }

  /** Its job has to end with it; false for one that waits behind another, or that no job has. */
  isInHand(spec: TaskSpec, ref: JobRef): boolean {
    const job = this.#jobs.get(jobName(ref))?.job;
    return job !== undefined && job.given[0]?.task === spec.task;
  }

  /** A job is being ended. */
  ending(ref: JobRef): void {
    this.#jobs.get(jobName(ref))?.job.close();
  }

  /** Its group is written down. */
  started(spec: TaskSpec, ref: JobRef): void {
    const kind = this.#kindOf(spec);
    const { reuse } = kind.needs;
    if (reuse === undefined) return;
    this.#starting.delete(spec.task);
    const { storage, on } = this.#options;
    const job: ReusedJob = new ReusedJob({
      ...{ storage, ref, reuse, first: spec },
      on: {
        began: (one) => on.began(one),
        returned: (one) => on.returned(one),
        ended: (one, how) => {
          kind.took(how.ms);
          on.ended(one, how);
        },
        told: () => {
          kind.lives(job);
          this.#deal(kind);
        },
        trouble: (error) => on.trouble(error),
      },
    });
    this.#jobs.set(jobName(ref), { job, kind });
    kind.jobs.add(job);
  }

  /** No job came of it. */
  forget(task: number): void {
    this.#starting.delete(task);
  }

  has(ref: JobRef): boolean {
    return this.#jobs.has(jobName(ref));
  }

  async ended(ref: JobRef, end: JobEnd): Promise<void> {
    const { job, kind } = this.#jobs.get(jobName(ref)) ?? {};
    if (job === undefined || kind === undefined) return;
    this.#jobs.delete(jobName(ref));
    const { on } = this.#options;
    const left = await job.over(end.outcomeWithinMs);
    kind.jobs.delete(job);
    // One that told nothing at all could not even start: that is how its first task ended.
    const lost = left.filter((spec) => job.hasBegun(spec) || !job.isAlive);
    const behind = left.filter((spec) => !lost.includes(spec));
    for (const spec of lost) on.lost(spec, { ref, end });
    for (const spec of behind.reverse()) {
      if (!on.isWanted(spec)) on.lost(spec, { ref, end });
      else if (job.hasSaidClosed) {
        on.again(spec);
        kind.waiting.unshift(spec);
      }
      // A task begins before that is told: this one may have, and may even have committed a result.
      else on.ended(spec, { outcome: INTERRUPTED, hasOutput: false });
    }
    this.#deal(kind);
  }

  /** Nothing starts any more. */
  close(): void {
    this.#isClosed = true;
    for (const kind of this.#kinds.values()) kind.close();
  }

  /** Nobody wants to know of jobs that go on. */
  abandon(): void {
    for (const { job } of this.#jobs.values()) job.abandon();
    this.#jobs.clear();
  }

  #kindOf(spec: TaskSpec): TaskKind {
    const needs = this.#options.kindOf(spec);
    const known = this.#kinds.get(needs);
    if (known !== undefined) return known;
    const { storage } = this.#options;
    const kind: TaskKind = new TaskKind(needs, { isRemote: storage.isRemote, onDue: () => this.#deal(kind) });
    this.#kinds.set(needs, kind);
    return kind;
  }

  #deal(kind: TaskKind): void {
    if (this.#isClosed) return;
    while (kind.waiting.length > 0) {
      const job = kind.freest();
      const spec = kind.waiting[0];
      if (spec === undefined || (job === null && !this.#mayStart(kind))) break;
      kind.waiting.shift();
      if (job === null) {
        this.#starting.set(spec.task, kind);
        this.#options.on.starts(spec);
      } else {
        job.give(spec);
        this.#options.on.given(spec, job.ref);
      }
    }
    kind.planMore();
  }

  #mayStart(kind: TaskKind): boolean {
    let atWork = this.#starting.size;
    for (const { job } of this.#jobs.values()) if (job.given.length > 0) atWork += 1;
    if (atWork >= this.#options.limit) return false;
    const starting = [...this.#starting.values()].filter((one) => one === kind).length;
    return kind.jobs.size + starting < kind.cap;
  }
}

const INTERRUPTED: TaskOutcome = {
  status: "failed",
  error: {
    name: "HostLost",
    code: "MILLRACE_HOST_LOST",
    message: "its job was lost, and may have begun the task",
  },
  isRetryable: true,
  isCrash: true,
  isInterruption: true,
};
