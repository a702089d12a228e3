import type { ChildProcess } from "node:child_process";
import type { ProgressReport } from "../../task/progress-report.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import type { WorkerSetup } from "../../task/worker-command.ts";
import type { SpawnAttempt } from "../../text/spawn-refusal.ts";
import type { HeldTask } from "./held-task.ts";
import { notStarted, type ProcessExit } from "./process-exit.ts";
import { type ProcessKind, setupFor } from "./process-kind.ts";
import { processVariables } from "./process-variables.ts";
import { spawnWorker } from "./spawn-worker.ts";
import { WorkerProcess } from "./worker-process.ts";

export interface ProcessPoolOptions {
  /** How long a task has that its run asks to stop. @defaultValue 6 s */
  readonly graceMs?: number;
  /** Processes at once where nothing else is asked for: the machine's cores. */
  readonly cores: number;
  readonly env: NodeJS.ProcessEnv;
  /** @defaultValue {@link spawnWorker} */
  readonly spawn?: (env: NodeJS.ProcessEnv) => ChildProcess;
  /** Where that is not this process's Node in its folder: what it starts, and where. */
  readonly place?: Pick<SpawnAttempt, "program" | "cwd">;
  readonly on: PoolListener;
}

export interface PoolListener {
  /** A process is ready for its first task, or there is room for another process. */
  free(): void;
  began(member: PoolMember, held: HeldTask): void;
  progress(held: HeldTask, report: ProgressReport): void;
  done(member: PoolMember, held: HeldTask, end: { outcome: TaskOutcome; isClean: boolean }): void;
  /** A task that its process has not begun. */
  returned(member: PoolMember, held: HeldTask): void;
  /** The process has ended, and is no longer a member. */
  gone(member: PoolMember, exit: ProcessExit): void;
  /** The system refused a process of this kind. */
  notStarted(of: Pick<PoolMember, "kind" | "preface">, exit: ProcessExit): void;
}

export interface PoolMember {
  readonly worker: WorkerProcess;
  readonly kind: ProcessKind;
  /** What it said before its first task. */
  preface: string;
  state: "starting" | "ready" | "retired";
}

/** Kept of what a process says before its first task. */
const PREFACE_CHARS = 4_000;

/** Warm processes of this machine, by what they are for. */
export class ProcessPool {
  readonly #options: ProcessPoolOptions;
  readonly #members = new Map<WorkerProcess, PoolMember>();
  /** Kinds of processes that the system has just refused to start, one for each. */
  readonly #refused: string[] = [];
  #setup: WorkerSetup | null = null;

  constructor(options: ProcessPoolOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  members(): Iterable<PoolMember> {
    return this.#members.values();
  }

  /** Processes that are at a task. */
  atWork(): number {
    let count = 0;
    for (const { worker } of this.#members.values()) if (worker.held.length > 0) count += 1;
    return count;
  }

  idle(kind: ProcessKind): PoolMember | undefined {
    for (const member of this.#members.values()) if (isIdle(member) && member.kind.key === kind.key) return member;
    return undefined;
  }

  /** Has all processes, those to come as well, load the flow. */
  prepare(setup: WorkerSetup): void {
    this.#setup = setup;
    for (const { worker, kind } of this.#members.values()) worker.prepare(setupFor(setup, kind));
  }

  /** Sees to it that enough processes start for the tasks that wait for this kind. */
  ensure(kind: ProcessKind, waiting: number): void {
    const members = [...this.#members.values()];
    const starting = members.filter(({ kind: { key }, state }) => key === kind.key && state === "starting").length;
    const refused = this.#refused.filter((key) => key === kind.key).length;
    if (starting + refused >= waiting) return;
    // An idle process of another kind makes room.
    const other = members.find((member) => isIdle(member) && member.kind.key !== kind.key);
    if (members.length >= this.#options.cores && other !== undefined) this.retire(other);
    this.add(kind);
  }

  /** @param early - a process that was started before it was known what for */
  add(kind: ProcessKind, early: ChildProcess | null = null): void {
    const { environment, gpus } = kind;
    const visible = gpus.length === 0 ? {} : { CUDA_VISIBLE_DEVICES: gpus.join() };
    const own = { ...this.#options.env, ...visible };
    const env = processVariables(own, environment);
    const why = (error: Error) => notStarted(error, { env, ...this.#options.place });
    const child = early ?? this.#started(env, { kind, why });
    if (child !== null) this.#admit(child, { kind, why });
  }

  #admit(child: ChildProcess, { kind, why }: { kind: ProcessKind; why: (error: Error) => ProcessExit }): void {
    const { on, graceMs } = this.#options;
    const worker: WorkerProcess = new WorkerProcess({
      child,
      ...(graceMs === undefined ? {} : { graceMs }),
      notStarted: why,
      on: {
        ready() {
          if (member.state === "starting") member.state = "ready";
          on.free();
        },
        output(bytes) {
          if (member.state === "starting")
            member.preface = `${member.preface}${bytes.toString()}`.slice(-PREFACE_CHARS);
        },
        began: (held) => on.began(member, held),
        progress: (held, report) => on.progress(held, report),
        done: (held, end) => on.done(member, held, end),
        returned: (held) => on.returned(member, held),
        gone: (exit) => {
          this.#members.delete(worker);
          on.gone(member, exit);
        },
      },
    });
    const member: PoolMember = { worker, kind, preface: "", state: "starting" };
    this.#members.set(worker, member);
    if (this.#setup !== null) worker.prepare(setupFor(this.#setup, kind));
  }

  /** Null where the system refuses at once: told later, when whoever asked for the process is done. */
  #started(
    env: NodeJS.ProcessEnv,
    { kind, why }: { kind: ProcessKind; why: (error: Error) => ProcessExit },
  ): ChildProcess | null {
    const { spawn = spawnWorker, on } = this.#options;
    try {
      return spawn(env);
    } catch (error) {
      this.#refused.push(kind.key);
      setImmediate(() => {
        this.#refused.splice(this.#refused.indexOf(kind.key), 1);
        on.notStarted({ kind, preface: "" }, why(error as Error));
        on.free();
      });
      return null;
    }
  }

  /** Libraries keep the memory of a GPU until their process ends: idle ones make way for the task that has it now. */
  freeMemoryFor({ key, gpus }: ProcessKind): void {
    if (gpus.length === 0) return;
    for (const member of [...this.#members.values()])
      if (isIdle(member) && member.kind.key !== key && member.kind.gpus.some((one) => gpus.includes(one)))
        this.retire(member);
  }

  /** Ends a process: it gets no further task. */
  retire(member: PoolMember): void {
    member.state = "retired";
    member.worker.kill();
  }
}

function isIdle({ worker, state }: PoolMember): boolean {
  return state === "ready" && worker.held.length === 0;
}
