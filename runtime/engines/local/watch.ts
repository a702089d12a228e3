/** Calls back where nothing happens for some time. One timer serves for all waits, as most of them end at once. */
export class Watch {
  readonly #ms: number;
  readonly #overdue: () => void;
  #timer: NodeJS.Timeout | null = null;
  #isOn = false;
  /** Of the wait that is on. */
  #number = 0;

  constructor(ms: number, overdue: () => void) {
    this.#ms = ms;
    this.#overdue = overdue;
  }

  /** The wait begins now. */
  restart(): void {
    this.#isOn = true;
    this.#number += 1;
    if (this.#timer === null) this.#timer = setTimeout(() => this.#due(), this.#ms).unref();
    else this.#timer.refresh();
  }

  /** What was waited for is there. */
  stop(): void {
    this.#isOn = false;
  }

  #due(): void {
    const due = this.#number;
    // After what came in the meantime was read: this process may have been held up. What came may have begun another wait.
    setImmediate(() => {
      if (this.#isOn && this.#number === due) this.#overdue();
    });
  }
}
