import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { StoredLogStream } from "../../datastore/stored-log-line.ts";
import { parseLocator } from "../../datastore/records.ts";
import type { WorkerReport, WorkerSetup } from "../../task/worker-command.ts";
import type { StopReason } from "../../task/stop-reason.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import { LogSplitter } from "./log-splitter.ts";
import type { ProcessExit } from "./process-exit.ts";
import { WorkerLink } from "./worker-link.ts";
import { signalGroup } from "../../process/signal-group.ts";

/** From the request to end a task until SIGTERM, and from there until SIGKILL. */
const ABORT_GRACE_MS = 1_000;
const TERM_GRACE_MS = 5_000;
/** A worker that has told of part of an end, or closed its channel, tells the rest in this time, or never. */
const END_GRACE_MS = 2_000;
/** A worker that is alive has taken a task by then. */
const BEGIN_GRACE_MS = 20_000;
/** Descendants can keep the pipes of a dead worker open: silence for so long ends the wait for more of what it said. */
const DRAIN_MS = 300;
/** And so many of those at the most. */
const MAX_DRAINS = 10;

export interface WorkerProcessOptions {
  readonly child: ChildProcess;
  /** What it means that the system did not start it. */
  readonly notStarted: (error: Error) => ProcessExit;
  readonly on: WorkerListener;
}

export interface WorkerListener {
  /** It can take its first task. */
  ready(worker: WorkerProcess): void;
  /** It has taken its task. */
  began(worker: WorkerProcess): void;
  output(worker: WorkerProcess, stream: StoredLogStream, bytes: Buffer): void;
  /** The task is over and all of its output has been seen. */
  done(worker: WorkerProcess, end: { outcome: TaskOutcome; isClean: boolean }): void;
  /** The process is gone, with or without a task. */
  gone(worker: WorkerProcess, exit: ProcessExit): void;
}

/** One warm Node process that executes tasks one after another. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #link: WorkerLink;
  readonly #on: WorkerListener;
  readonly #markerLead = `\u001e${randomBytes(9).toString("base64url")}:`;
  /** End the current task by force. */
  readonly #timers: NodeJS.Timeout[] = [];
  /** What the worker has to show with what it says of the current task. */
  #key = "";
  #isEnding = false;
  #isCut = false;
  #drainTimer: NodeJS.Timeout | undefined;
  /** Since the drain timer was set. */
  #hasHeard = false;
  #tasks = 0;
  /** Streams of which the current task's output has been seen to its end. */
  readonly #complete = new Set<StoredLogStream>();
  /** Streams that a task closed: no marker will come on them. */
  readonly #ended = new Set<StoredLogStream>();
  #end: { outcome: TaskOutcome; isClean: boolean } | null = null;
  #isGone = false;
  /** The task it executes now. */
  spec: TaskSpec | null = null;
  /** Why that was told to end; null if it was not. */
  stopReason: StopReason | null = null;
  /** What was wrong with a process that had to be ended for it. */
  fault: string | null = null;
  /** False while nothing says that the current task was taken. */
  hasBegun = false;

  constructor(options: WorkerProcessOptions) {
    this.#on = options.on;
    this.#child = options.child;
    this.#link = new WorkerLink(options.child, {
      report: (report) => this.#report(report),
      heard: () => (this.#hasHeard = true),
      closed: () => this.#cut("its process closed the channel to the scheduler"),
      spoiled: () => this.#broken("its process wrote to the channel to the scheduler"),
    });
    this.#listen(options);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Has it load the flow; comes before its first task. */
  prepare(setup: WorkerSetup): void {
    this.#link.send({ type: "prepare", setup });
  }

  run(spec: TaskSpec): void {
    this.spec = spec;
    this.stopReason = null;
    this.#tasks += 1;
    this.#complete.clear();
    for (const stream of this.#ended) this.#complete.add(stream);
    this.#end = null;
    this.#isEnding = false;
    this.hasBegun = false;
    this.#key = randomBytes(12).toString("base64url");
    const marker = `${this.#markerLead}${this.#tasks}\n`;
    this.#link.send({ type: "run", spec, sentAt: Date.now(), marker, key: this.#key });
    this.#after(BEGIN_GRACE_MS, () => {
      if (!this.hasBegun) this.#broken("its process did not take the task");
    });
  }

  get isFresh(): boolean {
    return this.#tasks < 2;
  }

  /** Ends the current task: asks it, then SIGTERM, then SIGKILL. */
  stop(reason: StopReason): void {
    this.stopReason = reason;
    this.#link.send({ type: "abort", reason });
    this.#insist("SIGTERM", ABORT_GRACE_MS);
    this.#insist("SIGKILL", ABORT_GRACE_MS + TERM_GRACE_MS);
  }

  #insist(signal: NodeJS.Signals, ms: number): void {
    this.#after(ms, () => this.#signal(signal));
  }

  /** Unless the current task is over by then. */
  #after(ms: number, action: () => void): void {
    const task = this.#tasks;
    const act = () => {
      if (this.spec !== null && this.#tasks === task) action();
    };
    // After its reports were read once more: where this process was held up, the task may be over.
    this.#timers.push(setTimeout(() => setImmediate(act), ms));
  }

  /** Of what belongs to an end, part is there. */
  #insistOnEnd(fault: string): void {
    if (this.#isEnding || this.spec === null) return;
    this.#isEnding = true;
    this.#after(END_GRACE_MS, () => {
      if (this.#end === null) this.#broken(fault);
      else this.#finish({ ...this.#end, isClean: false });
    });
  }

  /** No command reaches it any more, or no report us. */
  #cut(fault: string): void {
    this.#isCut = true;
    if (this.spec === null) this.kill();
    else if (!this.hasBegun && !this.isFresh) this.#broken(fault);
    else this.#insistOnEnd(fault);
  }

  #broken(fault: string): void {
    this.fault ??= fault;
    this.kill();
  }

  kill(): void {
    this.#signal("SIGKILL");
  }

  #listen({ notStarted }: WorkerProcessOptions): void {
    const child = this.#child;
    child.on("error", (error) => {
      // Of one that runs it says that something failed that nobody waits for.
      if (child.pid === undefined) this.#gone(notStarted(error));
    });
    child.on("close", (code, signal) => this.#gone({ code, signal }));
    child.on("exit", (code, signal) => {
      this.#clearTimers();
      this.#drain({ code, signal }, MAX_DRAINS);
    });
    const { exitCode: code, signalCode: signal } = child;
    // No event will tell of an end that is past.
    if (code !== null || signal !== null) setImmediate(() => this.#gone({ code, signal }));
    for (const stream of ["stdout", "stderr"] as const) {
      const splitter = new LogSplitter(this.#markerLead, {
        text: (bytes) => this.#on.output(this, stream, bytes),
        marker: (marker) => this.#marker(stream, marker),
      });
      child[stream]
        ?.on("data", (chunk: Buffer) => {
          this.#hasHeard = true;
          splitter.push(chunk);
        })
        .on("end", () => {
          splitter.end();
          this.#ended.add(stream);
          this.#completed(stream);
        });
    }
  }

  #report(report: WorkerReport): void {
    if (report.type === "ready") return this.#on.ready(this);
    if (report.key !== this.#key) return this.#broken("its process wrote to the channel to the scheduler");
    if (report.type === "began") {
      if (this.hasBegun) return;
      this.hasBegun = true;
      return this.#on.began(this);
    }
    if (!this.#isOwn(report.outcome)) return this.#broken("its process named a result that is not its own");
    this.#end = { outcome: report.outcome, isClean: report.isClean };
    this.#insistOnEnd("its process did not mark the end of the task's output");
    this.#finishIfComplete();
  }

  /** Results lie in a file of the process that wrote them. */
  #isOwn(outcome: TaskOutcome): boolean {
    if (outcome.status === "failed") return true;
    return parseLocator(outcome.result).segment.startsWith(`${String(this.#child.pid)}-`);
  }

  #marker(stream: StoredLogStream, marker: string): void {
    if (marker !== `${this.#markerLead}${this.#tasks}`) return;
    this.#insistOnEnd("its process told that the task's output is over, but not how the task ended");
    this.#completed(stream);
  }

  #completed(stream: StoredLogStream): void {
    this.#complete.add(stream);
    this.#finishIfComplete();
  }

  #finishIfComplete(): void {
    if (this.#isGone) return;
    if (this.#end === null || this.#complete.size < 2) return;
    // Of a process that lost one of its outputs what later tasks print would be lost.
    const isWhole = this.#ended.size === 0 && !this.#isCut;
    this.#finish({ ...this.#end, isClean: this.#end.isClean && isWhole });
  }

  #finish(end: { outcome: TaskOutcome; isClean: boolean }): void {
    this.#end = null;
    this.#clearTimers();
    this.#on.done(this, end);
  }

  /** The worker is dead; what it said last may still be in its pipes. */
  #drain(exit: ProcessExit, left: number): void {
    this.#hasHeard = false;
    const look = () => {
      if (this.#isGone) return;
      if (this.#hasHeard && left > 0) this.#drain(exit, left - 1);
      else this.#gone(exit);
    };
    // After the pipes were read once more: where this process was held up, its timers are due before that.
    this.#drainTimer = setTimeout(() => setImmediate(look), DRAIN_MS);
  }

  #gone(exit: ProcessExit): void {
    if (this.#isGone) return;
    // What its task started ends with it.
    if (process.platform !== "win32") this.#signal("SIGKILL");
    this.#isGone = true;
    this.#clearTimers();
    clearTimeout(this.#drainTimer);
    // A process that a task left behind may hold the other ends for ever.
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    // It told how its task ended just before it died: that counts.
    if (this.#end !== null) this.#on.done(this, { ...this.#end, isClean: false });
    this.#on.gone(this, exit);
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid !== undefined && !this.#isGone) signalGroup(pid, signal);
  }

  #clearTimers(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
  }
}
