import { type LogLine, parseLog } from "../../datastore/log-format.ts";
import type { Tail } from "../../datastore/storage.ts";

const NEWLINE = 0x0a;
const FASTEST_MS = 200;
const SLOWEST_MS = 5000;
/** A log that stays silent is asked for ever less often. */
const SLOWING = 1.3;

/** Gives the lines of a log that a container writes, while it writes them. */
export class LogFollower {
  readonly #tail: Tail;
  readonly #onLine: (line: LogLine) => void;
  #rest: Buffer = Buffer.alloc(0);
  #waitMs = FASTEST_MS;
  #timer: NodeJS.Timeout | null = null;
  #asking: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(tail: Tail, onLine: (line: LogLine) => void) {
    this.#tail = tail;
    this.#onLine = onLine;
    this.#plan();
  }

  /** Gives what is left; nothing is added to the log any more. */
  async finish(): Promise<void> {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#asking;
    await this.#ask();
  }

  #plan(): void {
    if (this.#isOver) return;
    this.#timer = setTimeout(() => {
      this.#asking = this.#ask().finally(() => this.#plan());
    }, this.#waitMs);
  }

  async #ask(): Promise<void> {
    // What cannot be read now may be read later; it lies in the store.
    const fresh = await (async () => this.#tail.nextSoon())().catch(() => Buffer.alloc(0));
    this.#waitMs = fresh.length > 0 ? FASTEST_MS : Math.min(this.#waitMs * SLOWING, SLOWEST_MS);
    const bytes = this.#rest.length === 0 ? fresh : Buffer.concat([this.#rest, fresh]);
    const whole = bytes.lastIndexOf(NEWLINE) + 1;
    this.#rest = bytes.subarray(whole);
    for (const line of parseLog(bytes.subarray(0, whole))) this.#onLine(line);
  }
}
