import { NO_ROWS } from "../grouped.ts";
import type { NumberColumn } from "../number-column.ts";
import type { Aggregate } from "./aggregate.ts";

/** A quantile, linear between the two numbers beside it; NaN where one is among them. */
export class QuantileAggregate implements Aggregate {
  readonly #column: NumberColumn;
  readonly #at: number;
  #rows = NO_ROWS;
  #sorted = new Float64Array(16);
  #count = 0;
  #nans = 0;

  constructor(column: NumberColumn, at: number) {
    this.#column = column;
    this.#at = at;
  }

  begin(rows: Int32Array): void {
    this.#rows = rows;
    this.#count = 0;
    this.#nans = 0;
  }

  add(from: number, to: number): void {
    for (let rank = from; rank < to; rank += 1) {
      const row = this.#rows[rank]!;
      if (this.#column.isMissing(row)) continue;
      const value = this.#column.values[row]!;
      if (Number.isNaN(value)) this.#nans += 1;
      else this.#insert(value);
    }
  }

  remove(from: number, to: number): void {
    for (let rank = from; rank < to; rank += 1) {
      const row = this.#rows[rank]!;
      if (this.#column.isMissing(row)) continue;
      const value = this.#column.values[row]!;
      if (Number.isNaN(value)) this.#nans -= 1;
      else this.#delete(value);
    }
  }

  value(): number | null {
    if (this.#nans > 0) return NaN;
    if (this.#count === 0) return null;
    const place = this.#at * (this.#count - 1);
    const below = Math.floor(place);
    const low = this.#sorted[below]!;
    // Also where both are infinite.
    if (place === below) return low + 0;
    const high = this.#sorted[below + 1]!;
    return low === high ? low + 0 : low + (place - below) * (high - low);
  }

  #insert(value: number): void {
    if (this.#count === this.#sorted.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#sorted);
      this.#sorted = larger;
    }
    const at = this.#placeOf(value);
    this.#sorted.copyWithin(at + 1, at, this.#count);
    this.#sorted[at] = value;
    this.#count += 1;
  }

  #delete(value: number): void {
    const at = this.#placeOf(value);
    this.#sorted.copyWithin(at, at + 1, this.#count);
    this.#count -= 1;
  }

  /** Where the first number is that is not smaller. */
  #placeOf(value: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
