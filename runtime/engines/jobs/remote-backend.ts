import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import type { BackendEvent, CloseOptions, ComputeBackend } from "../compute-backend.ts";
import { NEVER_BEGAN, type StopReason } from "../../task/stop-reason.ts";
import { stoppedOutcome, type TaskOutcome } from "../../task/task-outcome.ts";
import { LEFT_ALONE } from "../../task/left-alone.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import { gangPathOf } from "../../datastore/run-keys.ts";
import { EarlyOutcomes } from "./early-outcomes.ts";
import { Gatherer } from "./gatherer.ts";
import { groupKey, type JobSetup } from "./group-document.ts";
import { HandedAttempt } from "./handed-attempt.ts";
import { type EndedJob, JobJudge } from "./job-judge.ts";
import { jobName } from "./job-name.ts";
import { JobPapers } from "./job-papers.ts";
import type { JobEnd, JobListener, JobRef, JobService } from "./job-service.ts";
import { JobReuser, type ReuseListener } from "./reuse/job-reuser.ts";
import { type RecoveredRun, Recovery } from "./recovery.ts";
import { type GroupOptions, jobOf, writeGroup } from "./write-group.ts";

export interface RemoteBackendOptions extends GroupOptions {
  readonly open: (listener: JobListener) => JobService;
  /** The most jobs at once; null leaves it to the service. */
  readonly limit: number | null;
  onWarning(text: string): void;
}

/** The run whose tasks become jobs. */
export interface RemoteRun extends RecoveredRun {
  /** What the worker of an attempt is told. */
  setupOf(of: Pick<TaskSpec, "step" | "attempt">): Omit<JobSetup, "run">;
  onEvent(event: BackendEvent): void;
  onTrouble(error: unknown): void;
}

/** Runs tasks as jobs of a service: what they need and leave goes through the datastore. */
export class RemoteBackend implements ComputeBackend {
  readonly name: string;
  readonly defaultLimit: number;
  readonly #options: RemoteBackendOptions;
  readonly #service: JobService;
  readonly #papers: JobPapers;
  readonly #gatherer: Gatherer;
  /** By task. */
  readonly #jobs = new Map<number, HandedAttempt>();
  /** The same by the job's name. */
  readonly #byRef = new Map<string, HandedAttempt>();
  readonly #recovery: Recovery;
  readonly #judge: JobJudge;
  readonly #reuser: JobReuser;
  /** Null where each look would be a request, or the service tells of ends as soon. */
  readonly #early: EarlyOutcomes | null;
  /** Steps whose jobs get Spot machines. */
  readonly #onSpot = new Set<string>();
  #opened: RemoteRun | null = null;
  /** Ends that the service told of and that are being looked into. */
  readonly #concluding = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: RemoteBackendOptions) {
    this.#options = options;
    this.#service = options.open(this.#listener());
    this.name = this.#service.name;
    this.defaultLimit = this.#service.defaultLimit;
    this.#papers = new JobPapers(options.storage);
    this.#gatherer = new Gatherer({
      maxSize: this.#service.maxGroupSize,
      kindOf: (spec) => jobOf(spec, options.needsOf),
      flush: (specs) => void this.#submit(specs),
    });
    this.#recovery = new Recovery({ ...options, service: this.#service });
    this.#judge = new JobJudge(this.#service);
    const isLate = this.#service.tellsEndsLate === true && !options.storage.isRemote;
    this.#early = isLate ? new EarlyOutcomes(this.#papers, (ref, outcome) => this.#doneEarly(ref, outcome)) : null;
    this.#reuser = new JobReuser({
      storage: options.storage,
      limit: options.limit ?? this.defaultLimit,
      kindOf: (spec) => jobOf(spec, options.needsOf),
      on: this.#reuseListener(),
    });
  }

  /** From now on tasks may start; jobs of an earlier scheduler are looked for. */
  open(run: RemoteRun): void {
    this.#opened = run;
    this.#recovery.open(run);
  }

  /** @throws MillraceError for what the service can never run */
  async check(steps: readonly string[]): Promise<void> {
    const needs = steps.flatMap((step) => this.#options.needsOf(step));
    await this.#service.check(needs);
    // Where that cannot be told, nothing is said of it.
    for (const one of needs)
      if ((await this.#service.isOnSpot?.(one).catch(() => false)) === true) this.#onSpot.add(one.step);
  }

  /** Jobs that take further tasks hold the next ones. */
  ahead(step: string): number {
    return this.#reuser.ahead(step);
  }

  start(spec: TaskSpec): void {
    const job = this.#handed(spec);
    this.#recovery.done.then(() => this.#begin(job)).catch((error: unknown) => this.#gaveUp(job, error));
  }

  follow(spec: TaskSpec): boolean {
    const job = this.#handed(spec);
    this.#recovery.done.then(() => this.#goOn(job)).catch((error: unknown) => this.#gaveUp(job, error));
    return true;
  }

  stop(task: number, reason: StopReason): void {
    const job = this.#jobs.get(task);
    if (job === undefined || job.stop !== null) return;
    job.stop = reason;
    if (job.ref !== null) void this.#stop(job.ref, job);
    else if (this.#gatherer.remove(task) || this.#reuser.remove(task)) this.#ended(job, stoppedOutcome(reason));
  }

  async close(options?: CloseOptions): Promise<void> {
    this.#isClosed = true;
    this.#early?.close();
    this.#gatherer.close();
    this.#reuser.close();
    for (const job of [...this.#jobs.values()]) if (job.ref === null) this.#ended(job, stoppedOutcome(NEVER_BEGAN));
    await this.#recovery.done.catch(() => undefined);
    await this.#service.close(options);
    while (this.#concluding.size > 0) await Promise.all(this.#concluding);
    this.#reuser.abandon();
    for (const job of [...this.#jobs.values()]) {
      await job.finishLog();
      this.#ended(job, stoppedOutcome(NEVER_BEGAN));
    }
  }

  get #run(): RemoteRun {
    if (this.#opened === null) throw brokenInvariant("a task is started before the run is recorded");
    return this.#opened;
  }

  /** Hands the attempt over, unless it was stopped or closed while lost jobs were looked for. */
  #begin(job: HandedAttempt): void {
    if (this.#jobs.get(job.spec.task) !== job) return;
    const isTaken = this.#takeOver(job);
    if (job.stop === null && !isTaken) this.#handOver(job.spec);
    if (job.stop === null) return;
    if (job.ref === null) this.#ended(job, stoppedOutcome(job.stop));
    else void this.#stop(job.ref, job);
  }

  #handed(spec: TaskSpec): HandedAttempt {
    const job = new HandedAttempt(spec, {
      storage: this.#options.storage,
      record: () => this.#run.record,
      onEvent: (event) => this.#run.onEvent(event),
    });
    this.#jobs.set(spec.task, job);
    return job;
  }

  /** An attempt that is handed over once is not handed over again: its job's name is taken. */
  async #goOn(job: HandedAttempt): Promise<void> {
    if (this.#jobs.get(job.spec.task) !== job) return;
    if (this.#takeOver(job)) {
      if (job.stop !== null && job.ref !== null) void this.#stop(job.ref, job);
      return;
    }
    const ref = this.#recovery.gone(job.spec);
    const outcome = ref === null ? null : await this.#papers.outcome(ref);
    this.#ended(job, outcome ?? (job.stop === null ? LEFT_ALONE : stoppedOutcome(job.stop)));
  }

  #handOver(spec: TaskSpec): void {
    // The address of an earlier attempt: that one is no longer there.
    if (spec.gang?.index === 0 && spec.attempt > 0) this.#run.record.forgetGang(gangPathOf(spec.path));
    if (jobOf(spec, this.#options.needsOf).reuse === undefined) this.#gatherer.add(spec);
    else this.#reuser.add(spec);
  }

  async #stop(ref: JobRef, { spec, stop: reason }: HandedAttempt): Promise<void> {
    // One that waits behind another in its job is looked at again when its turn comes.
    if (reason === null || (this.#reuser.has(ref) && !this.#reuser.isInHand(spec, ref))) return;
    this.#reuser.ending(ref);
    // A job that is not told why it ends says just that.
    await this.#papers.writeStop(ref, { ...reason, task: spec.task }).catch(() => undefined);
    this.#service.stop(ref, reason.message);
  }

  /** Writes down what the group needs, then has it started: a scheduler that dies in between is found out by the papers. */
  async #submit(specs: readonly TaskSpec[]): Promise<void> {
    const [first, ...others] = specs;
    if (first === undefined) return;
    try {
      const group = await writeGroup([first, ...others], { ...this.#options, ...this.#run, engine: this.name });
      for (const [index, { task }] of specs.entries()) {
        const job = this.#jobs.get(task);
        if (job === undefined) continue;
        this.#assign(job, { group, index });
        this.#reuser.started(job.spec, { group, index });
      }
      if (this.#isClosed) return;
      this.#service.submit(group);
      for (const job of specs.map(({ task }) => this.#jobs.get(task)))
        if (job?.stop != null && job.ref !== null) void this.#stop(job.ref, job);
    } catch (error) {
      for (const { task } of specs) this.#gaveUp(this.#jobs.get(task), error);
    }
  }

  /** Nothing more will be heard of the attempt: whoever waits for its end must not wait for ever. */
  #gaveUp(job: HandedAttempt | undefined, error: unknown): void {
    this.#run.onTrouble(error);
    if (job !== undefined && this.#jobs.get(job.spec.task) === job)
      this.#ended(job, stoppedOutcome(job.stop ?? NEVER_BEGAN));
  }

  #assign(job: HandedAttempt, ref: JobRef): void {
    job.ref = ref;
    this.#byRef.set(jobName(ref), job);
  }

  /** Has a job of the earlier scheduler stand for this task, if there is one. */
  #takeOver(job: HandedAttempt): boolean {
    const { spec } = job;
    const taken = this.#recovery.take(spec);
    if (taken === null) return false;
    this.#assign(job, taken.ref);
    if (this.#recovery.hasStarted(taken.ref)) job.origin = taken.ref;
    const by = job.origin === null ? "the scheduler before this one" : "the resumed run";
    this.#options.onWarning(`${spec.step}/${spec.task} goes on in the job that ${by} had started`);
    if (taken.isRunning) this.#began(job, taken.ref);
    if (taken.end !== null) this.#track(this.#concluded(job, taken.end));
    return true;
  }

  #listener(): JobListener {
    return {
      submitted: ({ run, name }, id) => {
        // Where this is lost the job is found by its name.
        const key = `${groupKey(run, name)}.id`;
        void Promise.resolve(this.#options.storage.writeSoon(key, [Buffer.from(id)])).catch(() => undefined);
      },
      state: (ref, state) => this.#byRef.get(jobName(ref))?.waits(state),
      running: (ref) => {
        // Such a job tells itself which task begins.
        if (this.#reuser.has(ref)) return;
        const job = this.#byRef.get(jobName(ref));
        if (job !== undefined) this.#began(job, ref);
        else this.#recovery.noteRunning(ref);
      },
      ended: (ref, end) => {
        const job = this.#byRef.get(jobName(ref));
        if (this.#reuser.has(ref)) {
          this.#byRef.delete(jobName(ref));
          return this.#track(this.#reuser.ended(ref, end).catch((error: unknown) => this.#run.onTrouble(error)));
        }
        if (job !== undefined) this.#track(this.#concluded(job, end));
        else this.#recovery.noteEnd(ref, end);
      },
      warning: (text) => this.#options.onWarning(text),
    };
  }

  /** What becomes of tasks of jobs that take several. */
  #reuseListener(): ReuseListener {
    const of = (spec: TaskSpec, act: (job: HandedAttempt) => void) => {
      const job = this.#jobs.get(spec.task);
      if (job?.spec === spec) act(job);
    };
    return {
      starts: (spec) => this.#gatherer.add(spec),
      given: (spec, ref) => of(spec, (job) => (job.ref = ref)),
      began: (spec) =>
        of(spec, (job) => {
          job.began();
          if (job.stop !== null && job.ref !== null) void this.#stop(job.ref, job);
        }),
      returned: (spec) => of(spec, (job) => job.returned()),
      ended: (spec, { outcome, hasOutput }) =>
        of(spec, (job) => {
          if (hasOutput) this.#track(job.finishLog().then(() => this.#ended(job, outcome)));
          else this.#ended(job, outcome);
        }),
      lost: (spec, { ref, end }) => of(spec, (job) => this.#track(this.#judged(job, { ref, end, outcome: null }))),
      again: (spec) => of(spec, (job) => (job.ref = null)),
      isWanted: (spec) => this.#jobs.get(spec.task)?.stop === null,
      trouble: (error) => this.#run.onTrouble(error),
    };
  }

  /** The end of the backend waits for it. */
  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#concluding.delete(tracked));
    this.#concluding.add(tracked);
  }

  #began(job: HandedAttempt, ref: JobRef): void {
    job.began();
    if (!this.#isClosed) this.#early?.watch(ref);
  }

  /** What the service tells of the job from now on concerns nobody. */
  #doneEarly(ref: JobRef, outcome: TaskOutcome): void {
    const job = this.#byRef.get(jobName(ref));
    // One that is to end is over when it has ended.
    if (job === undefined || job.stop !== null) return;
    this.#byRef.delete(jobName(ref));
    const ended = job.finishLog().then(() => this.#ended(job, outcome));
    this.#track(ended.catch((error: unknown) => this.#gaveUp(job, error)));
  }

  async #concluded(job: HandedAttempt, end: JobEnd): Promise<void> {
    const { ref } = job;
    if (ref === null || !this.#byRef.delete(jobName(ref))) return;
    this.#early?.forget(ref);
    try {
      job.follow();
      const outcome = await this.#papers.outcome(ref, end.outcomeWithinMs);
      // Of one so short that nobody saw it run.
      if (outcome !== null) job.began();
      await this.#judged(job, { ref, end, outcome });
    } catch (error) {
      this.#gaveUp(job, error);
    }
  }

  async #judged(job: HandedAttempt, ended: Omit<EndedJob, "stop">): Promise<void> {
    try {
      await job.finishLog();
      this.#ended(job, await this.#judge.outcomeOf({ ...ended, stop: job.stop }));
    } catch (error) {
      this.#gaveUp(job, error);
    }
  }

  #ended(job: HandedAttempt, outcome: TaskOutcome): void {
    this.#jobs.delete(job.spec.task);
    this.#reuser.forget(job.spec.task);
    job.ended(this.#onSpot.has(job.spec.step) ? { ...outcome, usage: { ...outcome.usage, isOnSpot: true } } : outcome);
  }
}
