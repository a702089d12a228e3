/** Lets work of the flow's end with an error that escaped it. Calls nothing that the work may have replaced. */
export class EscapeWatch {
  #onEscape: ((error: unknown) => void) | null = null;

  /** Ends with the work, or with an error that escaped it meanwhile. */
  over<T>(work: () => Promise<T>): Promise<T> {
    let on!: Settle<T>;
    const over = new Promise<T>((resolve, reject) => (on = { resolve, reject }));
    this.#onEscape = on.reject;
    void settle(work, on);
    return over;
  }

  /** An error that the work's own promise does not carry. */
  escaped(error: unknown): void {
    this.#onEscape?.(error);
  }
}

interface Settle<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

async function settle<T>(work: () => Promise<T>, on: Settle<T>): Promise<void> {
  try {
    on.resolve(await work());
  } catch (thrown) {
    on.reject(thrown);
  }
}
