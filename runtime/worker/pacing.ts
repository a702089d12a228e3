/** Later than this nothing is stored. */
const MAX_DELAY_MS = 250;
/** So much of the time since the beginning is spent on storing each call at once; */
const SHARE = 0.002;
/** and so much before that has come together. */
const ADVANCE_MS = 3;
/**
 * So many are stored at once, whatever that takes: a step that tells how far it is, then computes without a pause, and is
 * killed, has told it, on a busy disk too.
 */
const AT_ONCE = 50;

// Kept from before the flow is loaded: a step may replace them.
const { setTimeout, clearTimeout } = globalThis;
const now = performance.now.bind(performance);

/**
 * When what a step tells is stored: each call at once while that costs next to nothing; where calls are many, together,
 * at the next call or when the step waits: so also a step that never waits, and is killed, loses as little as can be.
 */
export class Pacing {
  readonly #store: () => void;
  readonly #began = now();
  #storedAt = -Infinity;
  #spentMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #isFirst = true;
  #atOnce = AT_ONCE;

  /** @param store - stores all that waits; it throws nothing */
  constructor(store: () => void) {
    this.#store = store;
  }

  /** Something waits to be stored. */
  wants(): void {
    const at = now();
    const isCheap = this.#atOnce-- > 0 || this.#spentMs < ADVANCE_MS + (at - this.#began) * SHARE;
    const waitMs = this.#storedAt + MAX_DELAY_MS - at;
    if (isCheap || waitMs <= 0) this.#run();
    else this.#timer ??= setTimeout(() => this.#run(), waitMs).unref();
  }

  /** Nothing waits any more. */
  rest(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #run(): void {
    this.rest();
    const began = now();
    this.#store();
    this.#storedAt = now();
    // Making a folder is paid once.
    if (!this.#isFirst) this.#spentMs += this.#storedAt - began;
    this.#isFirst = false;
  }
}
