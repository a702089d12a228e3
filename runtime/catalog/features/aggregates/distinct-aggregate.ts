import type { Column } from "../source-spec.ts";
import type { Aggregate } from "./aggregate.ts";

/** How many different values there are; a missing one is none. */
export class DistinctAggregate implements Aggregate {
  readonly #column: Column;
  readonly #counts = new Map<unknown, number>();

  constructor(column: Column) {
    this.#column = column;
  }

  add(row: number): void {
    const value = identityOf(this.#column[row]);
    if (value !== null) this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }

  remove(row: number): void {
    const value = identityOf(this.#column[row]);
    if (value === null) return;
    const count = this.#counts.get(value)! - 1;
    if (count === 0) this.#counts.delete(value);
    else this.#counts.set(value, count);
  }

  value(): number {
    return this.#counts.size;
  }

  clear(): void {
    this.#counts.clear();
  }
}

/** Values that are equal have one; null for a missing one. */
function identityOf(value: unknown): unknown {
  if (value instanceof Date) return `\u0000${value.getTime()}`;
  if (typeof value === "object" && value !== null) return `\u0001${JSON.stringify(value)}`;
  return value ?? null;
}
