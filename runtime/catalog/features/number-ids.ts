const FIRST_SLOTS = 64;

/** Numbers, numbered in the order in which they come. For the keys of millions of rows a `Map` takes several times as long. */
export class NumberIds {
  /** By id. */
  #numbers = new Float64Array(FIRST_SLOTS / 2);
  // Open addressing: one more than the id, 0 where a slot is free.
  #slots = new Int32Array(FIRST_SLOTS);
  #shift = Math.clz32(FIRST_SLOTS - 1);
  readonly #number = new Float64Array(1);
  readonly #halves = new Int32Array(this.#number.buffer);
  size = 0;

  /** @returns undefined for one that was not taken in */
  get(number: number): number | undefined {
    const id = this.#slots[this.#slotOf(number)]! - 1;
    return id < 0 ? undefined : id;
  }

  /** @param number - not NaN, nor -0 */
  take(number: number): number {
    const slot = this.#slotOf(number);
    const known = this.#slots[slot]! - 1;
    if (known >= 0) return known;
    const id = this.size;
    this.#numbers[id] = number;
    this.#slots[slot] = id + 1;
    this.size += 1;
    if (this.size === this.#numbers.length) this.#grow();
    return id;
  }

  keys(): Float64Array {
    return this.#numbers.subarray(0, this.size);
  }

  /** Where the number is, or would be. */
  #slotOf(number: number): number {
    this.#number[0] = number;
    // Multiplied, each bit moves those above it, and the upper ones are taken.
    const mixed = Math.imul(this.#halves[0]!, 0x85eb_ca6b) ^ this.#halves[1]!;
    let slot = Math.imul(mixed ^ (mixed >>> 15), 0x9e37_79b1) >>> this.#shift;
    for (let id = this.#slots[slot]!; id !== 0 && this.#numbers[id - 1] !== number; id = this.#slots[slot]!)
      slot = (slot + 1) & (this.#slots.length - 1);
    return slot;
  }

  #grow(): void {
    const numbers = new Float64Array(this.#numbers.length * 2);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
    this.#slots = new Int32Array(numbers.length * 2);
    this.#shift -= 1;
    for (let id = 0; id < this.size; id += 1) this.#slots[this.#slotOf(numbers[id]!)] = id + 1;
  }
}
