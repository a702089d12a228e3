/**
 * The sum of numbers that come and go, rounded once: it depends neither on their order nor on what was in it before.
 *
 * Partial sums that do not overlap hold the exact value (J. R. Shewchuk, Adaptive Precision Floating-Point Arithmetic, 1997);
 * the last rounding is half to even, as Python's `math.fsum` does.
 */
export class ExactSum {
  readonly #partials = new Partials();
  // Apart and scaled, so that no partial sum overflows where the sum does not.
  readonly #huge = new Partials();
  #nans = 0;
  #infinities = 0;
  #minusInfinities = 0;

  add(value: number): void {
    this.#change(value, 1);
  }

  /** Takes out what had been added. */
  remove(value: number): void {
    this.#change(value, -1);
  }

  clear(): void {
    this.#partials.count = 0;
    this.#huge.count = 0;
    this.#nans = 0;
    this.#infinities = 0;
    this.#minusInfinities = 0;
  }

  /** 0 for the sum of nothing; infinite beyond the largest number. */
  get value(): number {
    if (this.#nans > 0 || (this.#infinities > 0 && this.#minusInfinities > 0)) return NaN;
    if (this.#infinities > 0) return Infinity;
    if (this.#minusInfinities > 0) return -Infinity;
    if (this.#huge.count === 0) return this.#partials.rounded();
    const all = new Partials();
    for (const partial of this.#huge.all()) all.add(partial);
    for (const partial of this.#partials.all()) all.add(partial / SCALE);
    return all.rounded() * SCALE;
  }

  #change(value: number, by: 1 | -1): void {
    if (Math.abs(value) < HUGE) this.#partials.add(value * by);
    else if (Number.isNaN(value)) this.#nans += by;
    else if (value === Infinity) this.#infinities += by;
    else if (value === -Infinity) this.#minusInfinities += by;
    else this.#huge.add((value / SCALE) * by);
  }
}

const HUGE = 2 ** 960;
const SCALE = 2 ** 100;

/** Numbers that do not overlap, the smallest first; none is 0. */
class Partials {
  count = 0;
  // Of these the first ones: to make an array shorter takes longer than a sum.
  readonly #partials: number[] = [];

  all(): readonly number[] {
    return this.#partials.slice(0, this.count);
  }

  add(value: number): void {
    const partials = this.#partials;
    let sum = value;
    let kept = 0;
    for (let index = 0; index < this.count; index += 1) {
      const partial = partials[index]!;
      const isLarger = Math.abs(sum) >= Math.abs(partial);
      const large = isLarger ? sum : partial;
      const small = isLarger ? partial : sum;
      sum = large + small;
      const rest = small - (sum - large);
      if (rest !== 0) {
        partials[kept] = rest;
        kept += 1;
      }
    }
    if (sum !== 0) {
      partials[kept] = sum;
      kept += 1;
    }
    this.count = kept;
  }

  /** Their sum, 0 for none. */
  rounded(): number {
    const partials = this.#partials;
    let left = this.count - 1;
    if (left < 0) return 0;
    let sum = partials[left]!;
    let rest = 0;
    while (left > 0 && rest === 0) {
      left -= 1;
      const before = sum;
      const partial = partials[left]!;
      sum = before + partial;
      rest = partial - (sum - before);
    }
    // What is left lies between two numbers: the partial below decides where that is the middle.
    const below = left > 0 ? partials[left - 1]! : 0;
    if (!((rest < 0 && below < 0) || (rest > 0 && below > 0))) return sum;
    const twice = rest * 2;
    const next = sum + twice;
    return next - sum === twice ? next : sum;
  }
}
