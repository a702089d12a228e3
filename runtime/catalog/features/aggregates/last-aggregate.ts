import { NO_ROWS } from "../grouped.ts";
import type { Column } from "../source-spec.ts";
import type { Aggregate } from "./aggregate.ts";
import { RankedHeap } from "./ranked-heap.ts";

/** The value of the row that happened last; of ties, of the one known last. */
export class LastAggregate implements Aggregate {
  readonly #column: Column;
  #rows = NO_ROWS;
  #rank = -1;

  constructor(column: Column) {
    this.#column = column;
  }

  begin(rows: Int32Array): void {
    this.#rows = rows;
    this.#rank = -1;
  }

  add(_from: number, to: number): void {
    this.#rank = Math.max(this.#rank, to - 1);
  }

  remove(): void {
    // All rows before it are out when the last one is.
  }

  value(from: number): unknown {
    return this.#rank < from ? null : (this.#column[this.#rows[this.#rank]!] ?? null);
  }
}

export interface FirstOf {
  readonly column: Column;
  /** When each row happened. */
  readonly event: Float64Array;
}

/** The value of the row that happened first; of ties, of the one known last. */
export class FirstAggregate implements Aggregate {
  readonly #of: FirstOf;
  readonly #heap: RankedHeap;
  #rows = NO_ROWS;

  constructor(of: FirstOf) {
    this.#of = of;
    this.#heap = new RankedHeap((rank, other) => this.#isBefore(rank, other));
  }

  begin(rows: Int32Array): void {
    this.#rows = rows;
    this.#heap.clear();
  }

  add(from: number, to: number): void {
    for (let rank = from; rank < to; rank += 1) this.#heap.push(rank);
  }

  remove(): void {
    // Out by its rank.
  }

  value(from: number): unknown {
    const top = this.#heap.top(from);
    return top === undefined ? null : (this.#of.column[this.#rows[top]!] ?? null);
  }

  #isBefore(rank: number, other: number): boolean {
    const { event } = this.#of;
    const [at, otherAt] = [event[this.#rows[rank]!]!, event[this.#rows[other]!]!];
    return at < otherAt || (at === otherAt && rank > other);
  }
}
