import { ExactSum } from "../exact-sum.ts";
import type { NumberColumn } from "../number-column.ts";
import type { Aggregate } from "./aggregate.ts";

export class CountAggregate implements Aggregate {
  #count = 0;

  add(): void {
    this.#count += 1;
  }

  remove(): void {
    this.#count -= 1;
  }

  value(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }
}

/** The sum, or the sum by the count, of the values that are there. */
export class SumAggregate implements Aggregate {
  readonly #column: NumberColumn;
  readonly #isMean: boolean;
  readonly #sum = new ExactSum();
  #count = 0;

  constructor(column: NumberColumn, { isMean }: { isMean: boolean }) {
    this.#column = column;
    this.#isMean = isMean;
  }

  add(row: number): void {
    if (this.#column.isMissing(row)) return;
    this.#sum.add(this.#column.values[row]!);
    this.#count += 1;
  }

  remove(row: number): void {
    if (this.#column.isMissing(row)) return;
    this.#sum.remove(this.#column.values[row]!);
    this.#count -= 1;
  }

  value(): number | null {
    if (!this.#isMean) return this.#sum.value;
    return this.#count === 0 ? null : this.#sum.value / this.#count;
  }

  clear(): void {
    this.#sum.clear();
    this.#count = 0;
  }
}
