import { type StoredLogLine, parseLog } from "../../datastore/stored-log-line.ts";
import { Rest } from "../../datastore/lines-of.ts";
import type { Piece, Storage, Tail } from "../../datastore/storage.ts";

const FASTEST_MS = 200;
const SLOWEST_MS = 5000;
/** A log that stays silent is asked for ever less often. */
const SLOWING = 1.3;
const NOTHING: Piece = { bytes: Buffer.alloc(0), isLast: true };

/** Gives the lines of a log that a container writes, while it writes them. */
export class LogFollower {
  readonly #tail: Tail;
  readonly #onLine: (line: StoredLogLine) => void;
  readonly #rest: Rest;
  #waitMs = FASTEST_MS;
  #timer: NodeJS.Timeout | null = null;
  #asking: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor({ storage, key }: { storage: Storage; key: string }, onLine: (line: StoredLogLine) => void) {
    this.#tail = storage.tail(key);
    this.#rest = new Rest(key);
    this.#onLine = onLine;
    this.#plan();
  }

  /** Gives what is left; nothing is added to the log any more. */
  async finish(): Promise<void> {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#asking;
    while (!(await this.#ask()));
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
    this.#waitMs = piece.bytes.length > 0 ? FASTEST_MS : Math.min(this.#waitMs * SLOWING, SLOWEST_MS);
    for (const line of parseLog(this.#rest.wholeLines(piece.bytes))) this.#onLine(line);
    return piece.isLast;
  }
}
