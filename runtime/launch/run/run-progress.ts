import { type ProgressRecord, RECORD_FORMAT, type TaskProgressRecord } from "../../datastore/records.ts";
import type { RunEvent } from "../../datastore/run-event.ts";
import type { TaskProgressed } from "../../engines/compute-backend.ts";

export interface RunProgressOptions {
  write(record: ProgressRecord): void | Promise<void>;
  readonly everyMs: number;
}

/** Stores how far tasks say they are, for those who look at the run from elsewhere: the latest, now and then. */
export class RunProgress {
  readonly #options: RunProgressOptions;
  readonly #tasks = new Map<number, TaskProgressRecord>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: RunProgressOptions) {
    this.#options = options;
  }

  note({ task, attempt, fraction, note }: TaskProgressed): void {
    this.#tasks.set(task, { task, attempt, fraction, note, time: Date.now() });
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
      await this.#options.write({ format: RECORD_FORMAT, tasks: [...this.#tasks.values()] });
    } catch {
      // What else cannot be written then is told by the heartbeat.
    }
  }
}
