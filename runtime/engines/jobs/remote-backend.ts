import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import { logKey } from "../../datastore/run-keys.ts";
import type { BackendEvent, CloseOptions, ComputeBackend } from "../compute-backend.ts";
import { NEVER_BEGAN, type StopReason } from "../../task/stop-reason.ts";
import { stoppedOutcome, type TaskOutcome } from "../../task/task-outcome.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import { Gatherer } from "./gatherer.ts";
import { groupKey, type JobSetup } from "./group-document.ts";
import { JobJudge } from "./job-judge.ts";
import { jobName } from "./job-name.ts";
import { JobPapers } from "./job-papers.ts";
import type { JobEnd, JobListener, JobRef, JobService } from "./job-service.ts";
import { LogCopy } from "./log-copy.ts";
import { LogFollower } from "./log-follower.ts";
import { type RecoveredRun, Recovery } from "./recovery.ts";
import { type GroupOptions, jobOf, writeGroup } from "./write-group.ts";

export interface RemoteBackendOptions extends GroupOptions {
  readonly open: (listener: JobListener) => JobService;
  onWarning(text: string): void;
}

/** The run whose tasks become jobs. */
export interface RemoteRun extends RecoveredRun {
  /** What the worker of an attempt is told. */
  setupOf(of: Pick<TaskSpec, "step" | "attempt">): Omit<JobSetup, "run">;
  onEvent(event: BackendEvent): void;
  onTrouble(error: unknown): void;
}

/** An attempt that was handed over. */
interface Job {
  readonly spec: TaskSpec;
  /** Null while its group is not put together yet. */
  ref: JobRef | null;
  follower: LogFollower | null;
  hasBegun: boolean;
  stop: StopReason | null;
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
  readonly #jobs = new Map<number, Job>();
  /** The same by the job's name. */
  readonly #byRef = new Map<string, Job>();
  readonly #recovery: Recovery;
  readonly #judge: JobJudge;
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
  }

  /** From now on tasks may start; jobs of an earlier scheduler are looked for. */
  open(run: RemoteRun): void {
    this.#opened = run;
    this.#recovery.open(run);
  }

  /** @throws MillraceError for what the service can never run */
  check(steps: readonly string[]): Promise<void> {
    return this.#service.check(steps.flatMap((step) => this.#options.needsOf(step)));
  }

  start(spec: TaskSpec): void {
    const job: Job = { spec, ref: null, follower: null, hasBegun: false, stop: null };
    this.#jobs.set(spec.task, job);
    this.#recovery.done.then(
      () => this.#begin(job),
      (error: unknown) => this.#gaveUp(job, error),
    );
  }

  stop(task: number, reason: StopReason): void {
    const job = this.#jobs.get(task);
    if (job === undefined || job.stop !== null) return;
    job.stop = reason;
    if (job.ref !== null) void this.#stop(job.ref, reason);
    else if (this.#gatherer.remove(task)) this.#ended(job, stoppedOutcome(reason));
  }

  async close(options?: CloseOptions): Promise<void> {
    this.#isClosed = true;
    this.#gatherer.close();
    for (const job of [...this.#jobs.values()]) if (job.ref === null) this.#ended(job, stoppedOutcome(NEVER_BEGAN));
    await this.#recovery.done.catch(() => undefined);
    await this.#service.close(options);
    await Promise.all(this.#concluding);
    for (const job of [...this.#jobs.values()]) {
      await job.follower?.finish();
      this.#ended(job, stoppedOutcome(NEVER_BEGAN));
    }
  }

  get #run(): RemoteRun {
    if (this.#opened === null) throw brokenInvariant("a task is started before the run is recorded");
    return this.#opened;
  }

  /** Hands the attempt over, unless it was stopped or closed while lost jobs were looked for. */
  #begin(job: Job): void {
    if (this.#jobs.get(job.spec.task) !== job) return;
    const isTaken = this.#takeOver(job);
    if (job.stop === null && !isTaken) this.#gatherer.add(job.spec);
    if (job.stop === null) return;
    if (job.ref === null) this.#ended(job, stoppedOutcome(job.stop));
    else void this.#stop(job.ref, job.stop);
  }

  async #stop(ref: JobRef, reason: StopReason): Promise<void> {
    // A job that is not told why it ends says just that.
    await this.#papers.writeStop(ref, reason).catch(() => undefined);
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
        if (job !== undefined) this.#assign(job, { group, index });
      }
      if (this.#isClosed) return;
      this.#service.submit(group);
      for (const job of specs.map(({ task }) => this.#jobs.get(task)))
        if (job?.stop != null && job.ref !== null) void this.#stop(job.ref, job.stop);
    } catch (error) {
      for (const { task } of specs) this.#gaveUp(this.#jobs.get(task), error);
    }
  }

  /** Nothing more will be heard of the attempt: whoever waits for its end must not wait for ever. */
  #gaveUp(job: Job | undefined, error: unknown): void {
    this.#run.onTrouble(error);
    if (job !== undefined && this.#jobs.get(job.spec.task) === job)
      this.#ended(job, stoppedOutcome(job.stop ?? NEVER_BEGAN));
  }

  #assign(job: Job, ref: JobRef): void {
    job.ref = ref;
    this.#byRef.set(jobName(ref), job);
  }

  /** Has a job of the earlier scheduler stand for this task, if there is one. */
  #takeOver(job: Job): boolean {
    const { spec } = job;
    const taken = this.#recovery.take(spec);
    if (taken === null) return false;
    this.#assign(job, taken.ref);
    this.#options.onWarning(`${spec.step}/${spec.task} goes on in the job that the resumed run had started`);
    if (taken.isRunning) this.#began(job);
    if (taken.end !== null) this.#conclude(job, taken.end);
    return true;
  }

  #listener(): JobListener {
    return {
      submitted: ({ run, name }, id) => {
        // Where this is lost the job is found by its name.
        const key = `${groupKey(run, name)}.id`;
        void Promise.resolve(this.#options.storage.writeSoon(key, [Buffer.from(id)])).catch(() => undefined);
      },
      state: (ref, { name, reason }) => {
        const job = this.#byRef.get(jobName(ref));
        if (job !== undefined && !job.hasBegun) this.#tell(job, { type: "waits", state: name, reason });
      },
      running: (ref) => {
        const job = this.#byRef.get(jobName(ref));
        if (job !== undefined) this.#began(job);
        else this.#recovery.noteRunning(ref);
      },
      ended: (ref, end) => {
        const job = this.#byRef.get(jobName(ref));
        if (job !== undefined) this.#conclude(job, end);
        else this.#recovery.noteEnd(ref, end);
      },
      warning: (text) => this.#options.onWarning(text),
    };
  }

  #began(job: Job): void {
    if (job.hasBegun) return;
    job.hasBegun = true;
    this.#follow(job);
    this.#tell(job, { type: "began", marginMs: TIME_MARGIN_MS });
  }

  #follow(job: Job): void {
    const { storage } = this.#options;
    const { ref, spec } = job;
    if (ref === null || job.follower !== null) return;
    const { task, attempt } = ref.group.tasks[ref.index] ?? spec;
    const key = logKey({ ...ref.group.run, step: spec.step, task, attempt });
    const copy = this.#recovery.hasStarted(ref) ? new LogCopy(this.#run.record, spec) : null;
    job.follower = new LogFollower(
      { storage, key },
      {
        line: (line) => {
          copy?.add(line);
          const { stream, time, text } = line;
          this.#tell(job, { type: "logged", stream, time, text });
        },
        progress: (report) => this.#tell(job, { type: "progressed", ...report }),
      },
    );
  }

  #conclude(job: Job, end: JobEnd): void {
    const concluded = this.#concluded(job, end).finally(() => this.#concluding.delete(concluded));
    this.#concluding.add(concluded);
  }

  async #concluded(job: Job, end: JobEnd): Promise<void> {
    const { ref } = job;
    if (ref === null || !this.#byRef.delete(jobName(ref))) return;
    try {
      this.#follow(job);
      const outcome = await this.#papers.outcome(ref, end.outcomeWithinMs);
      // Of one so short that nobody saw it run.
      if (outcome !== null) this.#began(job);
      await job.follower?.finish();
      this.#ended(job, await this.#judge.outcomeOf({ ref, end, outcome, stop: job.stop }));
    } catch (error) {
      this.#gaveUp(job, error);
    }
  }

  #ended(job: Job, outcome: TaskOutcome): void {
    this.#jobs.delete(job.spec.task);
    this.#tell(job, { type: "ended", outcome });
  }

  #tell({ spec: { task, step, attempt } }: Job, event: WithoutAttempt<BackendEvent>): void {
    this.#run.onEvent({ ...event, task, step, attempt });
  }
}

type WithoutAttempt<T> = T extends unknown ? Omit<T, "task" | "step" | "attempt"> : never;

/** Containers start, unpack and install before the step's own time begins; they keep it themselves. */
const TIME_MARGIN_MS = 60_000;
