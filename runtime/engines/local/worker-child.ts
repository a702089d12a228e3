import type { ChildProcess } from "node:child_process";
import type { StoredLogStream } from "../../datastore/stored-log-line.ts";
import { signalGroup } from "../../process/signal-group.ts";
import { LogSplitter } from "./log-splitter.ts";
import type { ProcessExit } from "./process-exit.ts";

/** Descendants can keep the pipes of a dead worker open: silence for this long ends the wait for more of what it said. */
const DRAIN_MS = 300;
/** At most this many times, where it is not silent. */
const MAX_DRAINS = 10;

export interface WorkerChildOptions {
  readonly child: ChildProcess;
  /** What every marker in its output starts with. */
  readonly markerLead: string;
  /** What it means that the system did not start it. */
  readonly notStarted: (error: Error) => ProcessExit;
  readonly on: WorkerChildListener;
}

export interface WorkerChildListener {
  text(stream: StoredLogStream, bytes: Buffer): void;
  marker(stream: StoredLogStream, marker: string): void;
  /** Nothing more will come on this stream. */
  ended(stream: StoredLogStream): void;
  /** The process has ended; what it said last may still come. */
  exited(): void;
  /** All that can still be heard of it has been heard; called once. */
  gone(exit: ProcessExit): void;
}

/** The process of a worker as the system has it: its output, signals, and its end. */
export class WorkerChild {
  readonly #child: ChildProcess;
  readonly #on: WorkerChildListener;
  #drainTimer: NodeJS.Timeout | undefined;
  /** Since the drain timer was set. */
  #hasHeard = false;
  #isGone = false;

  constructor({ child, markerLead, notStarted, on }: WorkerChildOptions) {
    this.#child = child;
    this.#on = on;
    child.on("error", (error) => {
      // Of one that runs it says that something failed that nothing waits for.
      if (child.pid === undefined) this.#gone(notStarted(error));
    });
    child.on("close", (code, signal) => this.#gone({ code, signal }));
    child.on("exit", (code, signal) => {
      on.exited();
      this.#drain({ code, signal }, MAX_DRAINS);
    });
    const { exitCode: code, signalCode: signal } = child;
    // No event will tell of an end that is past.
    if (code !== null || signal !== null) setImmediate(() => this.#gone({ code, signal }));
    for (const stream of ["stdout", "stderr"] as const) this.#listen(stream, markerLead);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** To be told that something came from it by another way. */
  heard(): void {
    this.#hasHeard = true;
  }

  /** To the process and what it started. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid !== undefined && !this.#isGone) signalGroup(pid, signal);
  }

  #listen(stream: StoredLogStream, markerLead: string): void {
    const splitter = new LogSplitter(markerLead, {
      text: (bytes) => this.#on.text(stream, bytes),
      marker: (marker) => this.#on.marker(stream, marker),
    });
    this.#child[stream]
      ?.on("data", (chunk: Buffer) => {
        this.#hasHeard = true;
        splitter.push(chunk);
      })
      .on("end", () => {
        splitter.end();
        this.#on.ended(stream);
      });
  }

  /** It is dead; what it said last may still be in its pipes. */
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
    if (process.platform !== "win32") this.signal("SIGKILL");
    this.#isGone = true;
    clearTimeout(this.#drainTimer);
    // A process that a task left behind may hold the other ends for ever.
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    this.#on.gone(exit);
  }
}
