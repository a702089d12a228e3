import type { Appender } from "../../datastore/storage.ts";
import { formatProgressLine } from "../../datastore/stored-progress-line.ts";
import type { ProgressReport } from "../../task/progress-report.ts";

export interface ReportedLogOptions {
  open(): Appender;
  now(): number;
  /** Where every write is a request. */
  readonly isRemote: boolean;
}

/** The shortest time between two reports that are written beside output. */
const BESIDE_OUTPUT_MS = 1000;
/** Alone, it is a write of its own. */
const ALONE_MS = 1000;
const ALONE_REMOTE_MS = 10_000;

/**
 * The log of a container's task, with what the task says of its progress between the lines: where it prints anyway, a
 * report costs no request of its own. The last report is always written.
 */
export class ReportedLog {
  readonly #options: ReportedLogOptions;
  readonly #aloneMs: number;
  #appender: Appender | null = null;
  #waiting: ProgressReport | null = null;
  #writtenAt = -Infinity;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: ReportedLogOptions) {
    this.#options = options;
    this.#aloneMs = options.isRemote ? ALONE_REMOTE_MS : ALONE_MS;
  }

  /** For the task's output; closing it leaves the log open. */
  output(): Appender {
    return {
      append: (bytes) => {
        const isDue = this.#options.now() - this.#writtenAt >= BESIDE_OUTPUT_MS;
        return this.#open().append(Buffer.concat([isDue ? this.#taken() : NOTHING, Buffer.from(bytes)]));
      },
      flush: () => this.#appender?.flush(),
      close: () => undefined,
    };
  }

  report(report: ProgressReport): void {
    this.#waiting = report;
    const waitMs = this.#writtenAt + this.#aloneMs - this.#options.now();
    if (waitMs <= 0) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), waitMs).unref();
  }

  close(): void {
    this.#write();
    this.#appender?.close();
    this.#appender = null;
  }

  #open(): Appender {
    return (this.#appender ??= this.#options.open());
  }

  /** A report that cannot be written is not worth the task: output that cannot be written tells. */
  #write(): void {
    const line = this.#taken();
    if (line.length === 0) return;
    try {
      this.#open()
        .append(line)
        ?.catch(() => undefined);
    } catch {
      // As above.
    }
  }

  /** The line of what waits, which is then no longer waiting. */
  #taken(): Buffer {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const report = this.#waiting;
    if (report === null) return NOTHING;
    this.#waiting = null;
    this.#writtenAt = this.#options.now();
    return formatProgressLine({ time: this.#writtenAt, ...report });
  }
}

const NOTHING = Buffer.alloc(0);
