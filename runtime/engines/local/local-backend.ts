import type { ChildProcess } from "node:child_process";
import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import type { StoredLogStream } from "../../datastore/stored-log-line.ts";
import type { ErrorRecord } from "../../datastore/records.ts";
import type { Appender } from "../../datastore/storage.ts";
import type { RunSecrets } from "../../secrets/run-secrets.ts";
import type { SpawnAttempt } from "../../text/spawn-refusal.ts";
import type { WorkerSetup } from "../../task/worker-command.ts";
import type { GpuPool } from "../gpus/gpu-pool.ts";
import type { BackendEvent, ComputeBackend } from "../compute-backend.ts";
import { NEVER_BEGAN, type StopReason } from "../../task/stop-reason.ts";
import { stoppedOutcome, type TaskOutcome } from "../../task/task-outcome.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import { maskedEvent } from "../masked-event.ts";
import { type CrashContext, crashed, notStarted, type ProcessExit } from "./process-exit.ts";
import { type LocalEnvironment, PLAIN_KIND, type ProcessKind, setupFor, withoutVars } from "./process-kind.ts";
import { TaskLog } from "./task-log.ts";
import { spawnWorker } from "./spawn-worker.ts";
import { WorkerProcess } from "./worker-process.ts";

export interface LocalBackendOptions {
  /** Processes at once where nothing else is asked for: the machine's cores. */
  readonly cores: number;
  /** Tasks at once, where other engines run some as well; members of a gang start together all the same. */
  readonly limit?: number;
  /** `process`: a fresh process for each task. */
  readonly isolation: "module" | "process";
  readonly env: NodeJS.ProcessEnv;
  /** GPUs for steps that ask for some. */
  readonly gpus?: { readonly pool: GpuPool; readonly takenBy: (step: string) => number };
  readonly secrets: RunSecrets;
  /** @defaultValue {@link spawnWorker} */
  readonly spawn?: (env: NodeJS.ProcessEnv) => ChildProcess;
  /** Where that is not this process's Node in its folder: what it starts, and where. */
  readonly place?: Pick<SpawnAttempt, "program" | "cwd">;
  /** What a process's end means here, where more is known of it than its exit code. */
  readonly explain?: (exit: ProcessExit) => ErrorRecord | null;
}

/** The run whose tasks it executes; processes start before that is recorded. */
export interface LocalRun {
  readonly setup: WorkerSetup;
  /** Steps that need processes of their own, by name. */
  readonly environments: ReadonlyMap<string, LocalEnvironment>;
  /** What a process that is gone committed as this attempt before it could say so. */
  committed?(of: { spec: TaskSpec; pid: number }): TaskOutcome | null;
  openLog(of: { step: string; task: number; attempt: number }): Appender;
  onEvent(event: BackendEvent): void;
  /** Output can no longer be stored. */
  onTrouble(error: unknown): void;
}

/** A task and the process that it needs. */
interface Queued {
  readonly spec: TaskSpec;
  readonly kind: ProcessKind;
}

interface Member {
  readonly worker: WorkerProcess;
  readonly kind: ProcessKind;
  log: TaskLog | null;
  /** What it said before its first task. */
  preface: string;
  state: "starting" | "ready" | "retired";
}

/** Kept of what a process says before its first task. */
const PREFACE_CHARS = 4_000;

/** Runs tasks in a pool of warm processes on this machine. */
export class LocalBackend implements ComputeBackend {
  readonly name = "local";
  readonly defaultLimit: number;
  readonly #options: LocalBackendOptions;
  readonly #members = new Map<WorkerProcess, Member>();
  readonly #queue: Queued[] = [];
  /** GPUs of tasks that have not ended. */
  readonly #gpus = new Map<number, readonly string[]>();
  /** Whoever waits for the end of all processes. */
  readonly #onEmpty: (() => void)[] = [];
  /** Kinds of processes that the system has just refused to start, one for each. */
  readonly #refused: string[] = [];
  #opened: LocalRun | null = null;
  #isClosed = false;

  constructor(options: LocalBackendOptions) {
    this.#options = options;
    this.defaultLimit = options.cores;
  }

  /** Takes a process in, or starts one, ahead of the run. */
  warmUp(early: ChildProcess | null, environment: LocalEnvironment | null = null): void {
    this.#spawn(environment === null ? PLAIN_KIND : { key: environment.key, environment, gpus: [] }, early);
  }

  /** From now on tasks may start. */
  open(run: LocalRun): void {
    this.#opened = run;
    for (const { worker, kind } of this.#members.values()) worker.prepare(setupFor(run.setup, kind));
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
    for (const { worker } of this.#members.values()) if (worker.spec?.task === task) worker.stop(reason);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    for (const { spec } of this.#queue.splice(0)) this.#ended(spec, stoppedOutcome(NEVER_BEGAN));
    for (const { worker } of this.#members.values()) worker.kill();
    return new Promise((resolve) => {
      if (this.#members.size === 0) resolve();
      else this.#onEmpty.push(resolve);
    });
  }

  /** Gives queued tasks to idle processes; starts processes for those that find none. */
  #assign(): void {
    if (this.#isClosed) return;
    const { limit = Infinity } = this.#options;
    for (const queued of this.#queue.slice()) {
      const { spec, kind } = queued;
      if (spec.gang === null && limit < Infinity && this.#busy() >= limit) continue;
      this.#freeMemoryOf(kind);
      const idle = [...this.#members.values()].filter(({ worker }) => worker.spec === null);
      const fitting = idle.find((member) => member.kind.key === kind.key && member.state === "ready");
      if (fitting !== undefined) {
        this.#unqueue(queued);
        this.#execute(fitting, spec);
        continue;
      }
      const starting = idle.filter((member) => member.kind.key === kind.key && member.state === "starting").length;
      const refused = this.#refused.filter((key) => key === kind.key).length;
      const waiting = this.#queue.filter((one) => one.kind.key === kind.key).length;
      if (starting + refused >= waiting) continue;
      // Idle processes of other kinds make room.
      if (this.#members.size >= this.#options.cores)
        this.#makeRoom(idle.find((member) => member.kind.key !== kind.key && member.state === "ready"));
      this.#spawn(kind);
    }
  }

  get #run(): LocalRun {
    if (this.#opened === null) throw brokenInvariant("a task is started before the run is recorded");
    return this.#opened;
  }

  #unqueue(queued: Queued): void {
    this.#queue.splice(this.#queue.indexOf(queued), 1);
  }

  #kindFor({ task, step }: TaskSpec): ProcessKind {
    const environment = this.#run.environments.get(step) ?? null;
    const gpus = this.#options.gpus?.pool.take(this.#options.gpus.takenBy(step)) ?? [];
    if (gpus.length === 0) return environment === null ? PLAIN_KIND : { key: environment.key, environment, gpus };
    this.#gpus.set(task, gpus);
    return { key: `${environment?.key ?? PLAIN_KIND.key} on ${gpus.join()}`, environment, gpus };
  }

  #busy(): number {
    return [...this.#members.values()].filter(({ worker }) => worker.spec !== null).length;
  }

  #execute(member: Member, spec: TaskSpec): void {
    const { step, task, attempt } = spec;
    const { onEvent, openLog, onTrouble } = this.#run;
    member.log = new TaskLog({
      open: () => openLog(spec),
      onTrouble,
      now: Date.now,
      redactor: this.#options.secrets.redactor,
      onLine: (line) => onEvent({ type: "logged", task, step, attempt, ...line }),
    });
    member.worker.run(spec);
  }

  #began({ spec }: WorkerProcess): void {
    if (spec === null) return;
    const { step, task, attempt } = spec;
    this.#run.onEvent({ type: "began", task, step, attempt });
  }

  #spawn(kind: ProcessKind, early: ChildProcess | null = null): void {
    const { environment, gpus } = kind;
    const spawn = this.#options.spawn ?? spawnWorker;
    const visible = gpus.length === 0 ? {} : { CUDA_VISIBLE_DEVICES: gpus.join() };
    const env = { ...this.#options.env, ...visible, ...environment?.vars };
    const why = (error: Error) => notStarted(error, { env, ...this.#options.place });
    const child = early ?? this.#started(() => spawn(env), { kind, why });
    if (child === null) return;
    const worker = new WorkerProcess({
      child,
      notStarted: why,
      on: {
        ready: (ready) => this.#ready(ready),
        began: (began) => this.#began(began),
        output: (from, stream, bytes) => this.#output(from, stream, bytes),
        done: (of, end) => this.#done(of, end),
        gone: (gone, exit) => this.#gone(gone, exit),
      },
    });
    this.#members.set(worker, { worker, kind, log: null, preface: "", state: "starting" });
    if (this.#opened !== null) worker.prepare(setupFor(this.#opened.setup, kind));
  }

  #ready(worker: WorkerProcess): void {
    const member = this.#members.get(worker);
    if (member?.state === "starting") member.state = "ready";
    this.#assign();
  }

  #output(worker: WorkerProcess, stream: StoredLogStream, bytes: Buffer): void {
    const member = this.#members.get(worker);
    if (member?.log) member.log.write(stream, bytes);
    else if (member?.state === "starting")
      member.preface = `${member.preface}${bytes.toString()}`.slice(-PREFACE_CHARS);
  }

  #done(worker: WorkerProcess, end: { outcome: TaskOutcome; isClean: boolean }): void {
    const { spec } = worker;
    if (spec === null) return;
    this.#release(worker);
    const { isolation, secrets } = this.#options;
    // Whatever knows the secrets of a step ends with its task: the process, and what it started.
    if (!end.isClean || isolation === "process" || secrets.ofSteps.has(spec.step)) this.#retire(worker);
    this.#ended(spec, end.outcome);
    this.#assign();
  }

  #gone(worker: WorkerProcess, exit: ProcessExit): void {
    const { spec } = worker;
    const member = this.#members.get(worker);
    this.#release(worker);
    this.#members.delete(worker);
    const hasNotBegun = !worker.hasBegun && !worker.isFresh && worker.stopReason === null && !this.#isClosed;
    // An earlier task has spoilt or ended it: this one never began.
    if (spec !== null && member !== undefined && hasNotBegun) this.#queue.unshift({ spec, kind: member.kind });
    else if (spec !== null) this.#ended(spec, this.#committed(worker, spec) ?? this.#died(worker, exit));
    else if (member?.state === "starting") this.#failedToStart(member, exit);
    if (this.#members.size === 0) for (const resolve of this.#onEmpty.splice(0)) resolve();
    this.#assign();
  }

  /** However a process ended once it was told to, that is why. */
  #died({ stopReason, fault }: WorkerProcess, exit: ProcessExit): TaskOutcome {
    return stopReason === null ? this.#crashed(exit, { fault }) : stoppedOutcome(stopReason);
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

  /** Null where the system refuses at once: told later, when whoever asked for the process is done. */
  #started(
    spawn: () => ChildProcess,
    { kind, why }: { kind: ProcessKind; why: (error: Error) => ProcessExit },
  ): ChildProcess | null {
    try {
      return spawn();
    } catch (error) {
      this.#refused.push(kind.key);
      setImmediate(() => {
        this.#refused.splice(this.#refused.indexOf(kind.key), 1);
        this.#failedToStart({ kind, preface: "" }, why(error as Error));
        this.#assign();
      });
      return null;
    }
  }

  /** One of the tasks that wait for such a process fails: else processes would be started for it for ever. */
  #failedToStart({ kind, preface }: Pick<Member, "kind" | "preface">, exit: ProcessExit): void {
    const queued = this.#queue.find((one) => one.kind.key === kind.key);
    if (queued === undefined) return;
    this.#unqueue(queued);
    const bare = kind.environment === null ? null : withoutVars(kind.environment);
    // What only lets `@catchError` conclude can do without the variables that keep the step from starting.
    if (exit.notStarted !== undefined && queued.spec.caught !== null && bare !== null && bare.key !== kind.key)
      this.#queue.push({ spec: queued.spec, kind: { ...kind, key: bare.key, environment: bare } });
    else this.#ended(queued.spec, this.#crashed(exit, { preface: preface.trim() }));
  }

  #crashed(exit: ProcessExit, why: CrashContext): TaskOutcome {
    const error = this.#options.explain?.(exit) ?? null;
    if (error === null || typeof why.fault === "string") return crashed(exit, why);
    return { status: "failed", error, isRetryable: true, isCrash: true };
  }

  #release(worker: WorkerProcess): void {
    const member = this.#members.get(worker);
    member?.log?.close();
    if (member !== undefined) member.log = null;
    worker.spec = null;
  }

  /** Libraries keep the memory of a GPU until their process ends: idle ones make way for whoever has it now. */
  #freeMemoryOf({ key, gpus }: ProcessKind): void {
    if (gpus.length === 0) return;
    for (const { worker, kind, state } of [...this.#members.values()])
      if (worker.spec === null && state === "ready" && kind.key !== key && kind.gpus.some((one) => gpus.includes(one)))
        this.#retire(worker);
  }

  #makeRoom(member: Member | undefined): void {
    if (member !== undefined) this.#retire(member.worker);
  }

  #retire(worker: WorkerProcess): void {
    const member = this.#members.get(worker);
    if (member !== undefined) member.state = "retired";
    worker.kill();
  }

  #ended(spec: TaskSpec, outcome: TaskOutcome): void {
    // Before anybody hears of it and starts the next.
    this.#options.gpus?.pool.giveBack(this.#gpus.get(spec.task) ?? []);
    this.#gpus.delete(spec.task);
    const { task, step, attempt } = spec;
    this.#run.onEvent(maskedEvent({ type: "ended", task, step, attempt, outcome }, this.#options.secrets));
  }
}
