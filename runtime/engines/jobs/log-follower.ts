import { type StoredLogLine, parseLog } from "../../datastore/stored-log-line.ts";
import { Rest } from "../../datastore/lines-of.ts";
import type { StoredProgressLine } from "../../datastore/stored-progress-line.ts";
import type { Piece, Storage, Tail } from "../../datastore/storage.ts";
import { parseProgressReport, type ProgressReport } from "../../task/progress-report.ts";

const FASTEST_MS = 200;
const SLOWEST_MS = 5000;
/** A log that stays silent is asked for ever less often. */
const SLOWING = 1.3;
const NOTHING: Piece = { bytes: Buffer.alloc(0), isLast: true };

export interface LogListener {
  line(line: StoredLogLine): void;
  /** The latest of what came together. */
  progress(report: ProgressReport): void;
}

/** Gives the lines of a log that a container writes, while it writes them, and what stands there of its progress. */
export class LogFollower {
  readonly #tail: Tail;
  readonly #isRemote: boolean;
  readonly #on: LogListener;
  readonly #rest: Rest;
  #waitMs = FASTEST_MS;
  #timer: NodeJS.Timeout | null = null;
  #asking: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor({ storage, key }: { storage: Storage; key: string }, on: LogListener) {
    this.#tail = storage.tail(key);
    this.#isRemote = storage.isRemote;
    this.#rest = new Rest(key);
    this.#on = on;
    this.#plan();
  }

  /** Gives what is left; nothing is added to the log any more. */
  async finish(): Promise<void> {
    this.close();
    await this.#asking;
    while (!(await this.#ask()));
  }

  /** Nobody wants to know any more. */
  close(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #plan(): void {
    if (this.#isOver) return;
    this.#timer = setTimeout(() => {
      this.#asking = this.#ask().finally(() => this.#plan());
    }, this.#waitMs);
  }

  /** True if there was no more. */
  async #ask(): Promise<boolean> {
    // What cannot be read now may be read later; it lies in the store.
    const piece = await (async () => this.#tail.nextSoon())().catch(() => NOTHING);
    let last: StoredProgressLine | null = null;
    let isOutput = false;
    for (const line of parseLog(this.#rest.wholeLines(piece.bytes), (report) => (last = report))) {
      isOutput = true;
      this.#on.line(line);
    }
    this.#tell(last);
    // Where each look is a request, reports alone do not make us look more often.
    const isBusy = this.#isRemote ? isOutput : piece.bytes.length > 0;
    this.#waitMs = isBusy ? FASTEST_MS : Math.min(this.#waitMs * SLOWING, SLOWEST_MS);
    return piece.isLast;
  }

  #tell(line: StoredProgressLine | null): void {
    const report = line === null ? null : parseProgressReport(line.fraction, line.note);
    if (report !== null) this.#on.progress(report);
  }
}
