import { NO_ROWS } from "../grouped.ts";
import type { NumberColumn } from "../number-column.ts";
import type { Aggregate } from "./aggregate.ts";
import { RankedHeap } from "./ranked-heap.ts";

/** The smallest or largest number; NaN where one is among them. */
export class ExtremeAggregate implements Aggregate {
  readonly #column: NumberColumn;
  readonly #heap: RankedHeap;
  // By rank: the number of the row that came in.
  readonly #numbers: number[] = [];
  #rows = NO_ROWS;
  #nans = 0;

  constructor(column: NumberColumn, { isLargest }: { isLargest: boolean }) {
    this.#column = column;
    const numbers = this.#numbers;
    this.#heap = new RankedHeap(
      isLargest ? (rank, other) => numbers[rank]! > numbers[other]! : (rank, other) => numbers[rank]! < numbers[other]!,
    );
  }

  begin(rows: Int32Array): void {
    this.#rows = rows;
    this.#heap.clear();
    this.#numbers.length = 0;
    this.#nans = 0;
  }

  add(from: number, to: number): void {
    for (let rank = from; rank < to; rank += 1) {
      const row = this.#rows[rank]!;
      if (this.#column.isMissing(row)) continue;
      const value = this.#column.values[row]!;
      if (Number.isNaN(value)) this.#nans += 1;
      else {
        // Of the two zeros, which are equal, one is enough.
        this.#numbers[rank] = value + 0;
        this.#heap.push(rank);
      }
    }
  }

  remove(from: number, to: number): void {
    for (let rank = from; rank < to; rank += 1) {
      const row = this.#rows[rank]!;
      if (!this.#column.isMissing(row) && Number.isNaN(this.#column.values[row])) this.#nans -= 1;
    }
  }

  value(from: number): number | null {
    if (this.#nans > 0) return NaN;
    const top = this.#heap.top(from);
    return top === undefined ? null : this.#numbers[top]!;
  }
}
