/** A task this short is over before its worker could be told of the next one. */
const SWIFT_MS = 10;

/** The steps whose tasks are so short that a worker is given the next one before it has ended the last. */
export class SwiftSteps {
  readonly #names = new Set<string>();

  /** @param ms - how long a task of the step took, just now */
  note(step: string, ms: number): void {
    if (ms <= SWIFT_MS) this.#names.add(step);
    else this.#names.delete(step);
  }

  has(step: string): boolean {
    return this.#names.has(step);
  }
}
