import { NO_ROWS } from "../grouped.ts";
import type { Column } from "../source-spec.ts";
import type { Aggregate } from "./aggregate.ts";

/** How many different values there are; a missing one is none. */
export class DistinctAggregate implements Aggregate {
  readonly #column: Column;
  readonly #counts = new Map<unknown, number>();
  #rows = NO_ROWS;

  constructor(column: Column) {
    this.#column = column;
  }

  begin(rows: Int32Array): void {
    this.#rows = rows;
    this.#counts.clear();
  }

  add(from: number, to: number): void {
    for (let rank = from; rank < to; rank += 1) {
      const value = identityOf(this.#column[this.#rows[rank]!]);
      if (value !== null) this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    }
  }

  remove(from: number, to: number): void {
    for (let rank = from; rank < to; rank += 1) {
      const value = identityOf(this.#column[this.#rows[rank]!]);
      if (value === null) continue;
      const count = this.#counts.get(value)! - 1;
      if (count === 0) this.#counts.delete(value);
      else this.#counts.set(value, count);
    }
  }

  value(): number {
    return this.#counts.size;
  }
}

/** Values that are equal have one; null for a missing one. */
function identityOf(value: unknown): unknown {
  if (value instanceof Date) return `\u0000${value.getTime()}`;
  if (typeof value === "object" && value !== null) return `\u0001${JSON.stringify(value)}`;
  return value ?? null;
}
