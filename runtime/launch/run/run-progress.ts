import {
  type ProgressRecord,
  RECORD_FORMAT,
  type StepWaitsRecord,
  type TaskProgressRecord,
} from "../../datastore/records.ts";
import type { RunEvent } from "../../datastore/run-event.ts";
import type { TaskProgressed } from "../../engines/compute-backend.ts";

export interface RunProgressOptions {
  write(record: ProgressRecord): void | Promise<void>;
  readonly everyMs: number;
}

/** Stores how far tasks say they are, and what others wait for, for those who look at the run from elsewhere: the latest, now and then. */
export class RunProgress {
  readonly #options: RunProgressOptions;
  readonly #tasks = new Map<number, TaskProgressRecord>();
  #waits: readonly StepWaitsRecord[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(options: RunProgressOptions) {
    this.#options = options;
  }

  note({ task, attempt, fraction, note }: TaskProgressed): void {
    this.#tasks.set(task, { task, attempt, fraction, note, time: Date.now() });
    this.#plan();
  }

  /** @param lacking - by step, what its next task waits for */
  held(lacking: ReadonlyMap<string, readonly string[]>): void {
    this.#waits = [...lacking].map(([step, waitsFor]) => ({ step, waitsFor }));
    this.#plan();
  }

  /** What has ended is told by the journal. */
  told(event: RunEvent): void {
    const isEnd = event.type === "task-succeeded" || event.type === "task-failed";
    if (isEnd && this.#tasks.delete(event.task)) this.#plan();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #plan(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#write();
    }, this.#options.everyMs).unref();
  }

  /** Where it cannot be written, the run goes on without. */
  async #write(): Promise<void> {
    try {
      const waits = this.#waits.length === 0 ? {} : { waits: this.#waits };
      await this.#options.write({ format: RECORD_FORMAT, tasks: [...this.#tasks.values()], ...waits });
    } catch {
      // What else cannot be written then is told by the heartbeat.
    }
  }
}
