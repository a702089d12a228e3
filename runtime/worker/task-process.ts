import { host } from "../../sdk/base/host.ts";
import { brokenInvariant } from "../../sdk/base/millrace-error.ts";
import type { StopReason } from "../task/stop-reason.ts";
import type { TaskOutcome } from "../task/task-outcome.ts";
import type { TaskSpec } from "../task/task-spec.ts";
import { watchBuiltins } from "./builtins/watch-builtins.ts";
import { errorRecord } from "./error-record.ts";
import { Execution } from "./execution.ts";
import { isFinal } from "./is-final.ts";
import { loadFlow, type LoadedFlow } from "./load-flow.ts";
import type { WorkerCommand, WorkerReport, WorkerSetup } from "../task/worker-command.ts";
import { OutputMarkers } from "./output-markers.ts";
import { descriptorWatch } from "./descriptor-watch.ts";
import { OwnEnd } from "./own-end.ts";
import { processSnapshot, umaskSnapshot } from "./process-snapshot.ts";
import { quietnessWatch } from "./quietness-watch.ts";
import { sizeWatch } from "./size-watch.ts";
import { usageWatch } from "./usage-watch.ts";
import { isSuperseded } from "./is-superseded.ts";
import { TermShield } from "./term-shield.ts";
import { SourceMapper } from "./source-mapper.ts";

/** Above this size a worker makes room for a fresh one. */
const MAX_RSS_BYTES = 1.5 * 2 ** 30;
/** How often a step that waits for its signal is asked whether it still does. */
const LOOK_AGAIN_MS = 1_000;
/** After two turns of the event loop all pipes have been read. */
const TURNS_TO_READ = 2;

type RunCommand = Extract<WorkerCommand, { type: "run" }>;

export interface TaskProcessPort {
  /** False if the reports could not be sent: then this process is of no more use. */
  send(...reports: readonly WorkerReport[]): boolean;
  /** Whether the channel to the scheduler keeps the process alive. */
  keepAlive(isOn: boolean): void;
}

/** Executes tasks in this process, one after another, and watches over what they leave behind. */
export class TaskProcess {
  readonly #port: TaskProcessPort;
  readonly #mapper = new SourceMapper();
  readonly #markers = new OutputMarkers();
  readonly #builtins = watchBuiltins();
  readonly #end = new OwnEnd();
  readonly #shield = new TermShield();
  // Kept from before the flow is loaded.
  readonly #setImmediate = setImmediate;
  readonly #hasDescriptors = descriptorWatch();
  readonly #usage = usageWatch();
  readonly #restoreUmask = umaskSnapshot();
  /** Set with the first task. */
  #restore: (() => void) | null = null;
  readonly #isSmall = sizeWatch(MAX_RSS_BYTES);
  #flow: Promise<LoadedFlow> | null = null;
  #execution: Execution | null = null;
  /** Tasks to come; the first is at work, or about to be, while this process is busy. */
  readonly #waiting: RunCommand[] = [];
  #isBusy = false;
  /** Of the task that was taken last. */
  #key: string | null = null;
  /** Whether it was recalled; null where that is too late, as its step may have begun. */
  #isRecalled: boolean | null = null;
  /** Why the task was told to stop before its execution was there. */
  #earlyStop: StopReason | null = null;
  /** Keeps the process alive while its step waits for nothing but its signal. */
  #lookAgain: NodeJS.Timeout | undefined;
  /** False once the task has changed what all code shares. */
  #isUntouched = true;

  constructor(port: TaskProcessPort) {
    this.#port = port;
    host().isTaskProcess = true;
    // The scheduler decides what an interrupt means; it would reach us too where no process group shields us.
    process.on("SIGINT", () => undefined);
    process.on("uncaughtException", (error) => this.#failed(error));
    process.on("unhandledRejection", (error) => this.#failed(error));
    process.on("beforeExit", () => this.#idle());
  }

  receive(command: WorkerCommand): void {
    switch (command.type) {
      case "prepare":
        if (command.setup.isContained === true) this.#shield.raise();
        this.#flow = this.#load(command.setup);
        // A failure is told with the first task.
        this.#flow.then(
          () => this.#port.send({ type: "ready" }),
          () => this.#port.send({ type: "ready" }),
        );
        return;
      case "run":
        this.#waiting.push(command);
        if (!this.#isBusy) void this.#work();
        return;
      case "recall":
        return this.#recall(command.key);
      case "abort":
        // One that came after the end of its task is for no other.
        if (command.key !== this.#key) return;
        this.#shield.asked();
        if (this.#execution === null) this.#earlyStop = command.reason;
        else this.#execution.abort(command.reason);
    }
  }

  /** No command will come any more. */
  lost(): void {
    this.#end.orphaned();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    let command = this.#take();
    if (command !== undefined) this.#port.send(began(command));
    if (command?.isAhead === true) command = await this.#keptOf(command);
    while (command !== undefined) {
      const end = await this.#run(command);
      // A process that is no longer as it was takes no other task: the scheduler ends it.
      const next: RunCommand | undefined = end.isClean ? this.#take() : undefined;
      this.#markers.write(command.marker);
      const done = { type: "done", key: command.key, ...end } as const;
      if (!this.#port.send(done, ...(next === undefined ? [] : [began(next)]))) this.#end.orphaned();
      this.#builtins.reapply();
      if (!end.isClean) return;
      command = await this.#keptOf(next);
    }
    this.#isBusy = false;
  }

  #take(): RunCommand | undefined {
    const next = this.#waiting.shift();
    this.#key = next?.key ?? null;
    this.#earlyStop = null;
    return next;
  }

  /** A task that was said to begin does so unless it has been recalled by then: see `WorkerProcess.recall`. */
  async #keptOf(taken: RunCommand | undefined): Promise<RunCommand | undefined> {
    for (let command = taken; command !== undefined; command = this.#take()) {
      if (command !== taken) this.#port.send(began(command));
      this.#isRecalled = false;
      for (let turn = 0; turn < TURNS_TO_READ; turn += 1) await new Promise((resolve) => this.#setImmediate(resolve));
      if (!this.#isRecalled) {
        this.#isRecalled = null;
        return command;
      }
      this.#isRecalled = null;
      this.#port.send({ type: "returned", key: command.key });
    }
    return undefined;
  }

  #recall(key: string): void {
    const at = this.#waiting.findIndex((command) => command.key === key);
    if (at >= 0) this.#waiting.splice(at, 1);
    else if (key === this.#key && this.#isRecalled !== null) this.#isRecalled = true;
  }

  async #run({ spec, sentAt, key }: RunCommand): Promise<{ outcome: TaskOutcome; isClean: boolean }> {
    this.#isUntouched = true;
    const isQuiet = quietnessWatch();
    const used = this.#usage();
    const outcome = { ...(await this.#execute(spec, { sentAt, key })), ...used() };
    // What a step throws can run code when it is read, and what failed did not get as far as to commit.
    if (outcome.status === "failed") this.#regain();
    const isClean =
      this.#execution?.isClean === true &&
      this.#isUntouched &&
      this.#cleanUp() &&
      this.#hasDescriptors() &&
      (await isQuiet()) &&
      this.#isSmall();
    this.#execution = null;
    return { outcome, isClean };
  }

  async #execute(spec: TaskSpec, { sentAt, key }: Pick<RunCommand, "sentAt" | "key">): Promise<TaskOutcome> {
    try {
      const flow = await (this.#flow ?? Promise.reject(brokenInvariant("a task came before its set-up")));
      // Installed packages are loaded by now: what they added stays.
      this.#restore ??= processSnapshot();
      this.#execution = new Execution({
        flow,
        spec,
        mapper: this.#mapper,
        whyUncommittable: () => this.#whyUncommittable(flow, sentAt),
        regain: () => this.#regain(),
        onProgress: (report) => void this.#port.send({ type: "progress", key, ...report }),
      });
      if (this.#earlyStop !== null) this.#execution.abort(this.#earlyStop);
      // While the step runs, our own channel must not keep the process busy: so a promise that can never settle shows.
      this.#port.keepAlive(false);
      return await this.#execution.run();
    } catch (error) {
      return {
        status: "failed",
        error: errorRecord(error, this.#mapper),
        isRetryable: !isFinal(error),
        isCrash: false,
      };
    } finally {
      clearTimeout(this.#lookAgain);
      this.#port.keepAlive(true);
    }
  }

  /** Nothing is pending: only a signal can wake the step, as long as it waits for that. */
  #idle(): void {
    if (this.#execution === null) return;
    if (this.#execution.isWaiting()) this.#lookAgain = setTimeout(() => undefined, LOOK_AGAIN_MS);
    else this.#execution.crash(neverSettles());
  }

  /** What packages change stays; what the flow's modules change when they are evaluated is noted as theirs. */
  async #load(setup: WorkerSetup): Promise<LoadedFlow> {
    const builtins = this.#builtins;
    const flow = await loadFlow(setup, { mapper: this.#mapper, loading: () => builtins.loading() });
    builtins.keep();
    return {
      ...flow,
      evaluate: async () => {
        const Flow = await flow.evaluate();
        builtins.accept();
        return Flow;
      },
    };
  }

  /** Puts back what a step's code may have changed under ours; gives what could not be put back. */
  #regain(): string | null {
    const { isUntouched, lasting } = this.#builtins.restore();
    this.#isUntouched &&= isUntouched;
    this.#restoreUmask();
    return lasting;
  }

  /** False if the process cannot be made as it was: that takes nothing from the task's outcome. */
  #cleanUp(): boolean {
    try {
      this.#restore?.();
      return true;
    } catch {
      return false;
    }
  }

  /** An error that no code caught belongs to the task that runs; between tasks it is a late one of the last. */
  #failed(error: unknown): void {
    if (this.#execution !== null) return this.#execution.crash(error);
    // The task that was taken meanwhile has nothing to do with it.
    if (this.#isRecalled !== null && this.#key !== null) this.#port.send({ type: "returned", key: this.#key });
    process.stderr.write(`late error of a finished task: ${String((error as Error | undefined)?.stack ?? error)}\n`);
    this.#end.now();
  }

  #whyUncommittable(flow: LoadedFlow, sentAt: number): string | null {
    if (this.#end.isOrphan()) return "the scheduler is gone";
    return isSuperseded(flow, sentAt) ? "the scheduler slept, and another one went on with its work" : null;
  }
}

function began({ key }: RunCommand): WorkerReport {
  return { type: "began", key };
}

function neverSettles(): Error {
  const error = new Error(
    "the step waits for a promise that can never settle: nothing is pending. Is a resolve() missing in a callback?",
  );
  error.name = "NeverSettles";
  delete error.stack;
  return error;
}
