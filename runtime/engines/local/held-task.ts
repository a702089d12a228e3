import type { StoredLogStream } from "../../datastore/stored-log-line.ts";
import type { StopReason } from "../../task/stop-reason.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import type { TaskLog } from "./task-log.ts";

export interface HeldTaskOptions {
  readonly spec: TaskSpec;
  readonly log: TaskLog;
  /** What the worker has to show with what it says of this task. */
  readonly key: string;
  /** What the worker writes where the task's output ends. */
  readonly marker: string;
  /** True for the first task of its worker. */
  readonly isFirst: boolean;
}

/** A task that a worker was given, and what has been heard of it. */
export class HeldTask {
  readonly spec: TaskSpec;
  readonly log: TaskLog;
  readonly key: string;
  readonly marker: string;
  readonly isFirst: boolean;
  /** Streams of which the task's output has been seen to its end. */
  readonly complete = new Set<StoredLogStream>();
  /** End the task by force. */
  readonly #timers: NodeJS.Timeout[] = [];
  /** When the worker took it; null while nothing says that it did. */
  beganAt: number | null = null;
  /** Why it was told to end; null if it was not. */
  stopReason: StopReason | null = null;
  /** What the worker said of its end. */
  end: { readonly outcome: TaskOutcome; readonly isClean: boolean } | null = null;
  /** True once the worker was asked to give it back. */
  isRecalled = false;
  /** True once the worker no longer has it. */
  isOver = false;

  constructor({ spec, log, key, marker, isFirst }: HeldTaskOptions) {
    this.spec = spec;
    this.log = log;
    this.key = key;
    this.marker = marker;
    this.isFirst = isFirst;
  }

  get hasBegun(): boolean {
    return this.beganAt !== null;
  }

  /** Unless the task is over by then. */
  after(ms: number, action: () => void): void {
    const act = () => {
      if (!this.isOver) action();
    };
    // After its reports were read once more: where this process was held up, the task may be over.
    this.#timers.push(setTimeout(() => setImmediate(act), ms));
  }

  over(): void {
    this.isOver = true;
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
  }
}
