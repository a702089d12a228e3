import { formatLogLine, type StoredLogStream } from "../../datastore/stored-log-line.ts";
import type { Appender } from "../../datastore/storage.ts";
import type { MaskStream } from "../../secrets/mask-stream.ts";
import type { Redactor } from "../../secrets/redactor.ts";

/** Without a newline for this many bytes, a line is stored in pieces. */
const MAX_LINE_BYTES = 64 * 1024;

export interface TaskLogOptions {
  /** Called at the first line only: most tasks print nothing. */
  open(): Appender;
  /** The log cannot be written; told once. */
  onTrouble(error: unknown): void;
  onLine(line: { stream: StoredLogStream; time: number; text: string }): void;
  now(): number;
  /** Masks what must not be stored; null where there is nothing to mask. */
  readonly redactor: Redactor | null;
}

/** Stores one attempt's output line by line, with the time at which each line was complete. */
export class TaskLog {
  readonly #options: TaskLogOptions;
  readonly #partial: Record<StoredLogStream, Buffer[]> = { stdout: [], stderr: [] };
  /** Null where there is nothing to mask. */
  readonly #masks: Readonly<Record<StoredLogStream, MaskStream>> | null;
  #appender: Appender | null = null;
  #isBroken = false;

  constructor(options: TaskLogOptions) {
    this.#options = options;
    const { redactor } = options;
    this.#masks = redactor === null ? null : { stdout: redactor.stream(), stderr: redactor.stream() };
  }

  write(stream: StoredLogStream, bytes: Buffer): void {
    this.#take(stream, this.#masks === null ? bytes : this.#masks[stream].push(bytes));
  }

  #take(stream: StoredLogStream, bytes: Buffer): void {
    const time = this.#options.now();
    const stored: Buffer[] = [];
    let at = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; at = end + 1, end = bytes.indexOf(0x0a, at)) {
      stored.push(this.#line({ stream, time, hasNewline: true }, bytes.subarray(at, end)));
    }
    if (at < bytes.length) {
      this.#partial[stream].push(Buffer.from(bytes.subarray(at)));
      if (sizeOf(this.#partial[stream]) > MAX_LINE_BYTES) stored.push(this.#line({ stream, time, hasNewline: false }));
    }
    this.#store(stored);
  }

  close(): void {
    const time = this.#options.now();
    for (const stream of ["stdout", "stderr"] as const) {
      if (this.#masks !== null) this.#take(stream, this.#masks[stream].end());
      if (this.#partial[stream].length > 0) this.#store([this.#line({ stream, time, hasNewline: false })]);
    }
    this.#appender?.close();
    this.#appender = null;
  }

  /** Completes what was held back of the stream. */
  #line(line: { stream: StoredLogStream; time: number; hasNewline: boolean }, rest: Buffer = Buffer.alloc(0)): Buffer {
    const held = this.#partial[line.stream];
    const text = held.length === 0 ? rest : Buffer.concat([...held, rest]);
    this.#partial[line.stream] = [];
    this.#options.onLine({ stream: line.stream, time: line.time, text: text.toString("utf8") });
    return formatLogLine(line, text);
  }

  #store(lines: readonly Buffer[]): void {
    if (lines.length === 0 || this.#isBroken) return;
    try {
      this.#appender ??= this.#options.open();
      this.#appender.append(Buffer.concat(lines))?.catch((error: unknown) => this.#broken(error));
    } catch (error) {
      this.#broken(error);
    }
  }

  #broken(error: unknown): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#options.onTrouble(error);
  }
}

function sizeOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
