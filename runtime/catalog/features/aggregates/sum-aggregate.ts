import { ExactSum } from "../exact-sum.ts";
import { NO_ROWS } from "../grouped.ts";
import type { NumberColumn } from "../number-column.ts";
import type { Aggregate } from "./aggregate.ts";

export class CountAggregate implements Aggregate {
  #count = 0;

  begin(): void {
    this.#count = 0;
  }

  add(from: number, to: number): void {
    this.#count += to - from;
  }

  remove(from: number, to: number): void {
    this.#count -= to - from;
  }

  value(): number {
    return this.#count;
  }
}

/** The sum, or the sum by the count, of the values that are there. */
export class SumAggregate implements Aggregate {
  readonly #column: NumberColumn;
  readonly #isMean: boolean;
  readonly #sum = new ExactSum();
  #rows = NO_ROWS;
  #count = 0;

  constructor(column: NumberColumn, { isMean }: { isMean: boolean }) {
    this.#column = column;
    this.#isMean = isMean;
  }

  begin(rows: Int32Array): void {
    this.#rows = rows;
    this.#sum.clear();
    this.#count = 0;
  }

  add(from: number, to: number): void {
    for (let rank = from; rank < to; rank += 1) {
      const row = this.#rows[rank]!;
      if (this.#column.isMissing(row)) continue;
      this.#sum.add(this.#column.values[row]!);
      this.#count += 1;
    }
  }

  remove(from: number, to: number): void {
    for (let rank = from; rank < to; rank += 1) {
      const row = this.#rows[rank]!;
      if (this.#column.isMissing(row)) continue;
      this.#sum.remove(this.#column.values[row]!);
      this.#count -= 1;
    }
  }

  value(): number | null {
    if (!this.#isMean) return this.#sum.value;
    return this.#count === 0 ? null : this.#sum.value / this.#count;
  }
}
