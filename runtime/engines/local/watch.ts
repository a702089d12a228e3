/** Calls back where nothing happens for some time. One timer serves for all waits, as most of them end at once. */
export class Watch {
  readonly #ms: number;
  readonly #overdue: () => void;
  #timer: NodeJS.Timeout | null = null;
  #isOn = false;

  constructor(ms: number, overdue: () => void) {
    this.#ms = ms;
    this.#overdue = overdue;
  }

  /** The wait begins now. */
  restart(): void {
    this.#isOn = true;
    if (this.#timer === null) this.#timer = setTimeout(() => setImmediate(() => this.#look()), this.#ms).unref();
    else this.#timer.refresh();
  }

  /** What was waited for is there. */
  stop(): void {
    this.#isOn = false;
  }

  /** After what came in the meantime was read: this process may have been held up. */
  #look(): void {
    if (this.#isOn) this.#overdue();
  }
}
