/** Events of a producer that does not wait, for a consumer that does. */
export class EventQueue<T> {
  readonly #waiting: T[] = [];
  #isClosed = false;
  #failure: { error: unknown } | null = null;
  #wake: () => void = () => undefined;

  push(event: T): void {
    this.#waiting.push(event);
    this.#wake();
  }

  /** No event follows; what is there is still delivered. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      yield* this.#waiting.splice(0);
      if (this.#waiting.length > 0) continue;
      if (this.#failure !== null) throw this.#failure.error;
      if (this.#isClosed) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
