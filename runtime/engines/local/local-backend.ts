import type { ChildProcess } from "node:child_process";
import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import type { ErrorRecord } from "../../datastore/records.ts";
import type { Appender } from "../../datastore/storage.ts";
import type { RunSecrets } from "../../secrets/run-secrets.ts";
import type { WorkerSetup } from "../../task/worker-command.ts";
import type { GpuPool } from "../gpus/gpu-pool.ts";
import type { BackendEvent, ComputeBackend } from "../compute-backend.ts";
import { NEVER_BEGAN, type StopReason } from "../../task/stop-reason.ts";
import { stoppedOutcome, type TaskOutcome } from "../../task/task-outcome.ts";
import type { ProgressReport } from "../../task/progress-report.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import { maskedEvent } from "../masked-event.ts";
import type { UsageSeries } from "../../datastore/usage-series.ts";
import { AttemptMeter } from "../usage/attempt-meter.ts";
import type { ContainerMeter } from "../usage/container-meter.ts";
import type { GpuSampler } from "../usage/gpu-sampler.ts";
import { type CrashContext, crashed, type ProcessExit } from "./process-exit.ts";
import { HEAP_FULL, type LastWords } from "./out-of-memory-exit.ts";
import { type LocalEnvironment, PLAIN_KIND, type ProcessKind, withoutVars } from "./process-kind.ts";
import type { HeldTask } from "./held-task.ts";
import { type PoolMember, ProcessPool, type ProcessPoolOptions } from "./process-pool.ts";
import { SwiftHolders } from "./swift-holders.ts";
import { TaskLog } from "./task-log.ts";
import type { WorkerProcess } from "./worker-process.ts";

export interface LocalBackendOptions extends Omit<ProcessPoolOptions, "on"> {
  /** Tasks at once, where other engines run some as well; members of a gang start together all the same. */
  readonly limit?: number;
  /** `process`: a fresh process for each task. */
  readonly isolation: "module" | "process";
  /** GPUs for steps that ask for some. */
  readonly gpus?: { readonly pool: GpuPool; readonly takenBy: (step: string, attempt: number) => number };
  readonly secrets: RunSecrets;
  /** What a process's end means here, where more is known of it than its exit code. */
  readonly explain?: (exit: ProcessExit, lastWords: LastWords) => ErrorRecord | null;
  /** Has what this machine's GPUs do looked at; null where nobody is to. @defaultValue null */
  readonly gpuSampler?: GpuSampler | null;
  /** Where each task has a container of its own, and this process is in there. */
  readonly contained?: ContainedTask;
}

export interface ContainedTask {
  readonly memoryMb: number;
  meter(): ContainerMeter;
}

/** The run whose tasks it executes; processes start before that is recorded. */
export interface LocalRun {
  readonly setup: WorkerSetup;
  /** Steps that need processes of their own, by name. */
  readonly environments: ReadonlyMap<string, LocalEnvironment>;
  /** What a process that is gone committed as this attempt before it could say so. */
  committed?(of: { spec: TaskSpec; pid: number }): TaskOutcome | null;
  openLog(of: { step: string; task: number; attempt: number }): Appender;
  /** Keeps what an attempt used over its time. @defaultValue nobody does */
  saveSeries?(of: { step: string; task: number; attempt: number }, series: UsageSeries): void;
  onEvent(event: BackendEvent): void;
  /** Output can no longer be stored. */
  onTrouble(error: unknown): void;
}

/** A task and the process that it needs. */
interface Queued {
  readonly spec: TaskSpec;
  readonly kind: ProcessKind;
}

/** Runs tasks in a pool of warm processes on this machine. */
export class LocalBackend implements ComputeBackend {
  readonly name = "local";
  readonly defaultLimit: number;
  readonly #options: LocalBackendOptions;
  readonly #pool: ProcessPool;
  readonly #queue: Queued[] = [];
  /** GPUs of tasks that have not ended. */
  readonly #gpus = new Map<number, readonly string[]>();
  /** Whoever waits for the end of all processes. */
  readonly #onEmpty: (() => void)[] = [];
  readonly #holders: SwiftHolders;
  /** Tasks whose processes said that V8's heap is full. */
  readonly #heapFull = new Set<number>();
  readonly #meter: AttemptMeter;
  #opened: LocalRun | null = null;
  #isClosed = false;

  constructor(options: LocalBackendOptions) {
    this.#options = options;
    this.defaultLimit = options.cores;
    this.#meter = new AttemptMeter(options);
    this.#pool = new ProcessPool({
      ...options,
      on: {
        free: () => this.#assign(),
        began: (member, held) => this.#began(member, held),
        progress: (held, report) => this.#progress(held, report),
        done: (member, held, end) => this.#done(member, held, end),
        returned: (member, held) => this.#returned(member, held),
        gone: (member, exit) => this.#gone(member, exit),
        notStarted: (member, exit) => this.#failedToStart(member, exit),
      },
    });
    const { isolation, limit = Infinity, secrets } = options;
    this.#holders = new SwiftHolders({ pool: this.#pool, secrets, isOff: isolation === "process" || limit < Infinity });
  }

  /** Takes a process in, or starts one, ahead of the run. */
  warmUp(early: ChildProcess | null, environment: LocalEnvironment | null = null): void {
    this.#pool.add(environment === null ? PLAIN_KIND : { key: environment.key, environment, gpus: [] }, early);
  }

  /** From now on tasks may start. */
  open(run: LocalRun): void {
    this.#opened = run;
    this.#pool.prepare(run.setup);
  }

  /** One for each process that is at a short task: it need not wait for the next one then. */
  ahead(): number {
    return this.#holders.count;
  }

  start(spec: TaskSpec): void {
    this.#queue.push({ spec, kind: this.#kindFor(spec) });
    this.#assign();
  }

  stop(task: number, reason: StopReason): void {
    const queued = this.#queue.find(({ spec }) => spec.task === task);
    if (queued !== undefined) {
      this.#unqueue(queued);
      return this.#ended(queued.spec, stoppedOutcome(reason));
    }
    for (const { worker } of this.#pool.members()) worker.stop(task, reason);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#meter.close();
    for (const { spec } of this.#queue.splice(0)) this.#ended(spec, stoppedOutcome(NEVER_BEGAN));
    for (const { worker } of this.#pool.members()) worker.kill();
    return new Promise((resolve) => {
      if (this.#pool.isEmpty) resolve();
      else this.#onEmpty.push(resolve);
    });
  }

  /** Gives queued tasks to idle processes; starts processes for those that find none, or has one hold it for later. */
  #assign(): void {
    if (this.#isClosed) return;
    for (const queued of this.#queue.slice()) {
      const { spec, kind } = queued;
      const mayRun = spec.gang !== null || this.#pool.atWork() < this.#places;
      if (mayRun) this.#pool.freeMemoryFor(kind);
      const taker = (mayRun ? this.#pool.idle(kind) : undefined) ?? this.#holders.for(queued);
      if (taker !== undefined) {
        this.#unqueue(queued);
        this.#execute(taker, spec);
      } else if (mayRun) this.#pool.ensure(kind, this.#startable(kind));
    }
  }

  /** Of the tasks that wait for this kind of process, as many as there are places; all members of gangs. */
  #startable(kind: ProcessKind): number {
    const waiting = this.#queue.filter((one) => one.kind.key === kind.key);
    const members = waiting.filter(({ spec }) => spec.gang !== null).length;
    return members + Math.min(waiting.length - members, Math.max(0, this.#places - this.#pool.atWork()));
  }

  get #places(): number {
    return Math.min(this.#options.cores, this.#options.limit ?? Infinity);
  }

  get #run(): LocalRun {
    if (this.#opened === null) throw brokenInvariant("a task is started before the run is recorded");
    return this.#opened;
  }

  #unqueue(queued: Queued): void {
    this.#queue.splice(this.#queue.indexOf(queued), 1);
  }

  #kindFor({ task, step, attempt }: TaskSpec): ProcessKind {
    const environment = this.#run.environments.get(step) ?? null;
    const gpus = this.#options.gpus?.pool.take(this.#options.gpus.takenBy(step, attempt)) ?? [];
    if (gpus.length === 0) return environment === null ? PLAIN_KIND : { key: environment.key, environment, gpus };
    this.#gpus.set(task, gpus);
    return { key: `${environment?.key ?? PLAIN_KIND.key} on ${gpus.join()}`, environment, gpus };
  }

  #execute({ worker }: PoolMember, spec: TaskSpec): void {
    const { step, task, attempt } = spec;
    const { onEvent, openLog, onTrouble } = this.#run;
    const log = new TaskLog({
      open: () => openLog(spec),
      onTrouble,
      now: Date.now,
      redactor: this.#options.secrets.redactor,
      onLine: (line) => {
        if (line.stream === "stderr" && line.text.includes(HEAP_FULL)) this.#heapFull.add(task);
        onEvent({ type: "logged", task, step, attempt, ...line });
      },
    });
    worker.run(spec, log);
    if (worker.held.length > 1) this.#holders.watch();
  }

  #began({ worker, kind }: PoolMember, { spec: { step, task, attempt } }: HeldTask): void {
    this.#meter.begin(task, { pid: worker.pid, gpus: kind.gpus });
    this.#run.onEvent({ type: "began", task, step, attempt });
  }

  #progress({ spec: { step, task, attempt } }: HeldTask, { fraction, note }: ProgressReport): void {
    const event = { type: "progressed", task, step, attempt, fraction, note } as const;
    this.#run.onEvent(maskedEvent(event, this.#options.secrets));
  }

  #done(member: PoolMember, held: HeldTask, end: { outcome: TaskOutcome; isClean: boolean }): void {
    const { spec, beganAt } = held;
    held.log.close();
    this.#holders.note(spec.step, Date.now() - (beganAt ?? 0));
    const { isolation, secrets } = this.#options;
    // Whatever knows the secrets of a step ends with its task: the process, and what it started.
    if (!end.isClean || isolation === "process" || secrets.ofSteps.has(spec.step)) this.#pool.retire(member);
    this.#ended(spec, this.#measured(spec, end.outcome));
    this.#assign();
  }

  /** A task that its process has not begun. */
  #returned({ kind }: PoolMember, held: HeldTask): void {
    const { step, task, attempt } = held.spec;
    held.log.close();
    this.#meter.forget(task);
    if (held.hasBegun) this.#run.onEvent({ type: "returned", task, step, attempt });
    if (held.stopReason !== null) this.#ended(held.spec, stoppedOutcome(held.stopReason));
    else this.#queue.unshift({ spec: held.spec, kind });
    this.#assign();
  }

  #gone(member: PoolMember, exit: ProcessExit): void {
    const { worker, kind } = member;
    const again: Queued[] = [];
    for (const held of worker.held) {
      const { spec, stopReason, hasBegun, isFirst } = held;
      held.log.close();
      // An earlier task has spoilt or ended the process: this one never began.
      const isUntouched = !hasBegun && !isFirst && !this.#isClosed;
      if (isUntouched && stopReason === null) again.push({ spec, kind });
      else if (isUntouched) this.#ended(spec, stoppedOutcome(stopReason ?? NEVER_BEGAN));
      else this.#ended(spec, this.#measured(spec, this.#committed(worker, spec) ?? this.#died(worker, { held, exit })));
    }
    for (const queued of again.reverse()) this.#queue.unshift(queued);
    if (worker.held.length === 0 && member.state === "starting") this.#failedToStart(member, exit);
    if (this.#pool.isEmpty) for (const resolve of this.#onEmpty.splice(0)) resolve();
    this.#assign();
  }

  /** However a process ended once it was told to, that is why. */
  #died({ fault }: WorkerProcess, { held, exit }: { held: HeldTask; exit: ProcessExit }): TaskOutcome {
    const { stopReason, spec } = held;
    if (stopReason !== null) return stoppedOutcome(stopReason);
    return this.#crashed(exit, { fault, isHeapFull: this.#heapFull.has(spec.task) });
  }

  /** What is committed is done, however the process died then: it must not be done again. */
  #committed({ pid }: WorkerProcess, spec: TaskSpec): TaskOutcome | null {
    try {
      return pid === undefined ? null : (this.#run.committed?.({ spec, pid }) ?? null);
    } catch (error) {
      this.#run.onTrouble(error);
      return null;
    }
  }

  /** One of the tasks that wait for such a process fails: else processes would be started for it for ever. */
  #failedToStart({ kind, preface }: Pick<PoolMember, "kind" | "preface">, exit: ProcessExit): void {
    const queued = this.#queue.find((one) => one.kind.key === kind.key);
    if (queued === undefined) return;
    this.#unqueue(queued);
    const bare = kind.environment === null ? null : withoutVars(kind.environment);
    // What only lets `@catchError` conclude can do without the variables that keep the step from starting.
    if (exit.notStarted !== undefined && queued.spec.caught !== null && bare !== null && bare.key !== kind.key)
      this.#queue.push({ spec: queued.spec, kind: { ...kind, key: bare.key, environment: bare } });
    else this.#ended(queued.spec, this.#crashed(exit, { preface: preface.trim() }));
  }

  #crashed(exit: ProcessExit, { isHeapFull = false, ...why }: CrashContext & Partial<LastWords>): TaskOutcome {
    if (typeof why.fault === "string") return crashed(exit, why);
    const error = this.#options.explain?.(exit, { isHeapFull }) ?? null;
    if (error === null) return crashed(exit, why);
    return { status: "failed", error, isRetryable: true, isCrash: true };
  }

  #measured(spec: TaskSpec, outcome: TaskOutcome): TaskOutcome {
    const { outcome: measured, series } = this.#meter.end(spec.task, outcome);
    const { step, task, attempt } = spec;
    // What only adds to the picture is not worth the task.
    if (series !== null) this.#run.saveSeries?.({ step, task, attempt }, series);
    return measured;
  }

  #ended(spec: TaskSpec, outcome: TaskOutcome): void {
    // Before anybody hears of it and starts the next.
    this.#options.gpus?.pool.giveBack(this.#gpus.get(spec.task) ?? []);
    this.#gpus.delete(spec.task);
    this.#heapFull.delete(spec.task);
    const { task, step, attempt } = spec;
    this.#run.onEvent(maskedEvent({ type: "ended", task, step, attempt, outcome }, this.#options.secrets));
  }
}
