import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { StoredLogStream } from "../../datastore/stored-log-line.ts";
import { parseLocator } from "../../datastore/records.ts";
import type { WorkerReport, WorkerSetup } from "../../task/worker-command.ts";
import type { ProgressReport } from "../../task/progress-report.ts";
import type { StopReason } from "../../task/stop-reason.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import { HeldTask } from "./held-task.ts";
import { KeySource } from "./key-source.ts";
import type { ProcessExit } from "./process-exit.ts";
import type { TaskLog } from "./task-log.ts";
import { Watch } from "./watch.ts";
import { WorkerChild } from "./worker-child.ts";
import { WorkerLink } from "./worker-link.ts";
import { DEFAULT_GRACE_MS } from "../../settings/grace-setting.ts";

/** From SIGTERM until SIGKILL; of a grace shorter than usual the same share. */
const TERM_GRACE_MS = 5_000;
/** A worker that has told of part of an end, or closed its channel, tells the rest in this time, or never. */
const END_GRACE_MS = 2_000;
/** A worker that is alive has taken a task by then. */
const BEGIN_GRACE_MS = 20_000;
export interface WorkerProcessOptions {
  /** How long a task has that its run asks to stop, until it is killed. @defaultValue 6 s */
  readonly graceMs?: number;
  readonly child: ChildProcess;
  /** What it means that the system did not start it. */
  readonly notStarted: (error: Error) => ProcessExit;
  readonly on: WorkerListener;
}

export interface WorkerListener {
  /** It can take its first task. */
  ready(): void;
  /** It has taken this task. */
  began(held: HeldTask): void;
  /** It says how far the task is. */
  progress(held: HeldTask, report: ProgressReport): void;
  /** Output that belongs to no task. */
  output(bytes: Buffer): void;
  /** The task is over and all of its output has been seen. */
  done(held: HeldTask, end: { outcome: TaskOutcome; isClean: boolean }): void;
  /** It gave back a task that it has not begun. */
  returned(held: HeldTask): void;
  /** The process is gone, with or without tasks. */
  gone(exit: ProcessExit): void;
}

/** One warm Node process that executes tasks one after another. */
export class WorkerProcess {
  readonly #child: WorkerChild;
  readonly #link: WorkerLink;
  readonly #keys = new KeySource();
  readonly #on: WorkerListener;
  readonly #markerLead = `\u001e${randomBytes(9).toString("base64url")}:`;
  /** What it was given and has not ended; it executes the first. */
  readonly #held: HeldTask[] = [];
  /** Keys of tasks that it gave back: it may have said that they begin, before it saw that they were recalled. */
  readonly #returned = new Set<string>();
  /** Streams that a task closed: no marker will come on them. */
  readonly #ended = new Set<StoredLogStream>();
  readonly #graceMs: number;
  readonly #begins = new Watch(BEGIN_GRACE_MS, () => {
    if (this.#current?.hasBegun === false) this.#broken("its process did not take the task");
  });
  readonly #ends = new Watch(END_GRACE_MS, () => this.#endIsOverdue());
  /** What is wrong if the rest of the current task's end does not come; null while nothing of it is there. */
  #endFault: string | null = null;
  #isCut = false;
  #tasks = 0;
  /** What was wrong with a process that had to be ended for it. */
  fault: string | null = null;

  constructor(options: WorkerProcessOptions) {
    this.#on = options.on;
    this.#graceMs = options.graceMs ?? DEFAULT_GRACE_MS;
    const { child, notStarted } = options;
    this.#child = new WorkerChild({
      child,
      notStarted,
      markerLead: this.#markerLead,
      on: {
        text: (stream, bytes) => this.#output(stream, bytes),
        marker: (stream, marker) => this.#marker(stream, marker),
        ended: (stream) => this.#streamEnded(stream),
        exited: () => this.#stopWatching(),
        gone: (exit) => this.#gone(exit),
      },
    });
    this.#link = new WorkerLink(child, {
      report: (report) => this.#report(report),
      heard: () => this.#child.heard(),
      closed: () => this.#cut("its process closed the channel to the scheduler"),
      spoiled: () => this.#broken("its process wrote to the channel to the scheduler"),
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** What it was given and has not ended, the one that it executes first. */
  get held(): readonly HeldTask[] {
    return this.#held;
  }

  get #current(): HeldTask | undefined {
    return this.#held[0];
  }

  /** Has it load the flow; comes before its first task. */
  prepare(setup: WorkerSetup): void {
    this.#link.send({ type: "prepare", setup });
  }

  /** Gives it a task, which it begins once it has ended those that it holds. */
  run(spec: TaskSpec, log: TaskLog): void {
    this.#tasks += 1;
    const isFirst = this.#tasks === 1;
    const key = this.#keys.next();
    const held = new HeldTask({ spec, log, key, isFirst, marker: `${this.#markerLead}${this.#tasks}` });
    for (const stream of this.#ended) held.complete.add(stream);
    this.#held.push(held);
    const isAhead = this.#current !== held;
    if (!isAhead) this.#begins.restart();
    this.#link.send({ type: "run", spec, sentAt: Date.now(), marker: `${held.marker}\n`, key, isAhead });
  }

  /** Ends a task that it holds: asks it, then SIGTERM, then SIGKILL. One that it has not begun is only taken back. */
  stop(task: number, reason: StopReason): void {
    const held = this.#held.find(({ spec }) => spec.task === task);
    if (held === undefined) return;
    held.stopReason = reason;
    if (held === this.#current || held.hasBegun) this.#insistOnStop(held, reason);
    else this.recall(held);
  }

  /** Asks for a task that it has not begun: it comes back, or begins now. */
  recall(held: HeldTask): void {
    if (held.isRecalled) return;
    held.isRecalled = true;
    // A worker says that it begins a task, then looks whether that was recalled, then begins. So one of us sees it.
    this.#link.send({ type: "recall", key: held.key }, () => this.#link.settled(() => this.#giveBackUnlessBegun(held)));
  }

  #giveBackUnlessBegun(held: HeldTask): void {
    if (this.#child.isGone || held.isOver) return;
    if (!held.hasBegun) this.#giveBack(held);
  }

  #giveBack(held: HeldTask): void {
    held.over();
    this.#held.splice(this.#held.indexOf(held), 1);
    this.#returned.add(held.key);
    this.#on.returned(held);
  }

  #insistOnStop(held: HeldTask, reason: StopReason): void {
    this.#link.send({ type: "abort", key: held.key, reason });
    // A step that has used up its own time gets no more of it.
    const graceMs = reason.name === "TimeoutError" ? DEFAULT_GRACE_MS : this.#graceMs;
    held.after(graceMs - Math.min(TERM_GRACE_MS, (graceMs * TERM_GRACE_MS) / DEFAULT_GRACE_MS), () =>
      this.#child.signal("SIGTERM"),
    );
    held.after(graceMs, () => this.#child.signal("SIGKILL"));
  }

  /** Of what belongs to the end of the current task, part is there. */
  #insistOnEnd(fault: string): void {
    if (this.#endFault !== null || this.#current === undefined) return;
    this.#endFault = fault;
    this.#ends.restart();
  }

  #endIsOverdue(): void {
    if (this.#endFault === null || this.#child.isGone) return;
    const end = this.#current?.end ?? null;
    if (end === null) this.#broken(this.#endFault);
    else this.#finish({ ...end, isClean: false });
  }

  /** No command reaches it any more, or no report us. */
  #cut(fault: string): void {
    this.#isCut = true;
    const current = this.#current;
    if (current === undefined) this.kill();
    else if (!current.hasBegun && !current.isFirst) this.#broken(fault);
    else this.#insistOnEnd(fault);
  }

  #broken(fault: string): void {
    this.fault ??= fault;
    this.kill();
  }

  kill(): void {
    this.#child.signal("SIGKILL");
  }

  #streamEnded(stream: StoredLogStream): void {
    this.#ended.add(stream);
    for (const held of this.#held) held.complete.add(stream);
    this.#finishIfComplete();
  }

  /** What comes before a task's marker is that task's. */
  #output(stream: StoredLogStream, bytes: Buffer): void {
    const writer = this.#held.find(({ complete }) => !complete.has(stream));
    if (writer === undefined) this.#on.output(bytes);
    else writer.log.write(stream, bytes);
  }

  #report(report: WorkerReport): void {
    if (report.type === "ready") return this.#on.ready();
    if (report.type !== "done" && this.#returned.has(report.key)) return;
    const held = this.#held.find(({ end }) => end === null);
    if (held === undefined || report.key !== held.key)
      return this.#broken("its process wrote to the channel to the scheduler");
    if (report.type === "began") return this.#began(held);
    if (report.type === "returned") return this.#giveBack(held);
    if (report.type === "progress") return this.#on.progress(held, report);
    if (!this.#isOwn(report.outcome)) return this.#broken("its process named a result that is not its own");
    held.end = { outcome: report.outcome, isClean: report.isClean };
    this.#insistOnEnd("its process did not mark the end of the task's output");
    this.#finishIfComplete();
  }

  #began(held: HeldTask): void {
    if (held.hasBegun) return;
    held.beganAt = Date.now();
    this.#on.began(held);
    // It was to be taken back, and had begun by then.
    if (held.stopReason !== null && held.isRecalled) this.#insistOnStop(held, held.stopReason);
  }

  /** Results lie in a file of the process that wrote them. */
  #isOwn(outcome: TaskOutcome): boolean {
    if (outcome.status === "failed") return true;
    return parseLocator(outcome.result).segment.startsWith(`${String(this.#child.pid)}-`);
  }

  #marker(stream: StoredLogStream, marker: string): void {
    const held = this.#held.find(({ complete }) => !complete.has(stream));
    if (held?.marker !== marker) return;
    held.complete.add(stream);
    if (held !== this.#current) return;
    this.#insistOnEnd("its process told that the task's output is over, but not how the task ended");
    this.#finishIfComplete();
  }

  #finishIfComplete(): void {
    for (;;) {
      const current = this.#current;
      if (this.#child.isGone || current === undefined || current.end === null || current.complete.size < 2) return;
      // Of a process that lost one of its outputs what later tasks print would be lost.
      const isWhole = this.#ended.size === 0 && !this.#isCut;
      this.#finish({ ...current.end, isClean: current.end.isClean && isWhole });
    }
  }

  #finish(end: { outcome: TaskOutcome; isClean: boolean }): void {
    const done = this.#held.shift();
    if (done === undefined) return;
    done.over();
    this.#endFault = null;
    if (this.#current === undefined) this.#stopWatching();
    else this.#begins.restart();
    this.#on.done(done, end);
    const next = this.#current;
    if (next !== undefined && (next.end !== null || next.complete.size > this.#ended.size))
      this.#insistOnEnd("its process did not mark the end of the task's output");
  }

  #gone(exit: ProcessExit): void {
    this.#stopWatching();
    for (const held of this.#held) held.over();
    // It told how its tasks ended just before it died: that counts.
    for (let end = this.#current?.end ?? null; end !== null; end = this.#current?.end ?? null)
      this.#finish({ ...end, isClean: false });
    this.#on.gone(exit);
  }

  #stopWatching(): void {
    this.#begins.stop();
    this.#ends.stop();
    this.#endFault = null;
  }
}
