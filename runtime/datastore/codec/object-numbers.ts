/**
 * Numbers objects in the order in which they are first met.
 *
 * Most values hold each object once, and a Set tells new from known with one look-up. Numbers are kept from the first
 * object that comes again.
 */
export class ObjectNumbers {
  #met: Set<object> | null = new Set();
  #count = 0;
  #numbers = new Map<object, number>();

  /** The number of an object that was met before; undefined if it is new. */
  meet(value: object): number | undefined {
    if (this.#met === null) return this.#look(value);
    this.#met.add(value);
    if (this.#met.size === this.#count) {
      for (const object of this.#met) this.#numbers.set(object, this.#numbers.size);
      this.#met = null;
      return this.#look(value);
    }
    this.#count += 1;
    return undefined;
  }

  #look(value: object): number | undefined {
    const number = this.#numbers.get(value);
    if (number === undefined) this.#numbers.set(value, this.#numbers.size);
    return number;
  }
}
