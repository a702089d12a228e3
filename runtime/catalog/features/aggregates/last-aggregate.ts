import type { Column } from "../source-spec.ts";
import type { Aggregate } from "./aggregate.ts";
import { RankedHeap } from "./ranked-heap.ts";

/** The value of the row that happened last; of ties, of the one known last. */
export class LastAggregate implements Aggregate {
  readonly #column: Column;
  #row = -1;
  #rank = -1;

  constructor(column: Column) {
    this.#column = column;
  }

  add(row: number, rank: number): void {
    if (rank <= this.#rank) return;
    this.#row = row;
    this.#rank = rank;
  }

  remove(): void {
    // All rows before it are out when the last one is.
  }

  value(from: number): unknown {
    return this.#rank < from ? null : (this.#column[this.#row] ?? null);
  }

  clear(): void {
    this.#row = -1;
    this.#rank = -1;
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
  readonly #rows: number[] = [];
  readonly #heap: RankedHeap;

  constructor(of: FirstOf) {
    this.#of = of;
    this.#heap = new RankedHeap((rank, other) => this.#isBefore(rank, other));
  }

  add(row: number, rank: number): void {
    this.#rows[rank] = row;
    this.#heap.push(rank);
  }

  remove(): void {
    // Out by its rank.
  }

  value(from: number): unknown {
    const top = this.#heap.top(from);
    return top === undefined ? null : (this.#of.column[this.#rows[top]!] ?? null);
  }

  clear(): void {
    this.#heap.clear();
    this.#rows.length = 0;
  }

  #isBefore(rank: number, other: number): boolean {
    const { event } = this.#of;
    const [at, otherAt] = [event[this.#rows[rank]!]!, event[this.#rows[other]!]!];
    return at < otherAt || (at === otherAt && rank > other);
  }
}
