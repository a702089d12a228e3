import type { DuckDBVector } from "@duckdb/node-api";
import type { Column } from "../source-spec.ts";
import { plainItems } from "./plain-items.ts";
import type { SqlColumn } from "./sql-column.ts";

const FIRST_CAPACITY = 4096;

/** The values of a column of DuckDB, chunk by chunk: numbers and instants in one piece of memory as long as none is missing. */
export class GatheredColumn {
  readonly #column: SqlColumn;
  readonly #capacity: number;
  #numbers: Float64Array | BigInt64Array | null = null;
  /** Instead of numbers, where a value is something else or missing. */
  #values: unknown[] | null = null;
  #length = 0;

  /** @param capacity - how many values are expected */
  constructor(column: SqlColumn, capacity = FIRST_CAPACITY) {
    this.#column = column;
    this.#capacity = Math.max(capacity, 1);
  }

  add(vector: DuckDBVector, from: number, to: number): void {
    const items = this.#values === null ? plainItems(vector, this.#column.isClock) : null;
    if (items instanceof BigInt64Array) {
      const numbers = this.#roomFor(to - from, BigInt64Array);
      if (numbers !== null) numbers.set(items.subarray(from, to), this.#length);
      else this.#addValues(vector, from, to);
    } else if (items !== null) {
      const numbers = this.#roomFor(to - from, Float64Array);
      if (numbers !== null) numbers.set(items.subarray(from, to), this.#length);
      else this.#addValues(vector, from, to);
    } else this.#addValues(vector, from, to);
    this.#length += to - from;
  }

  /** Values that are missing. */
  addNone(count: number): void {
    const values = this.#asValues();
    for (let one = 0; one < count; one += 1) values.push(null);
    this.#length += count;
  }

  /** What was gathered. */
  get all(): Column {
    if (this.#values !== null) return this.#values;
    if (this.#numbers === null) return [];
    return this.#numbers.length === this.#length ? this.#numbers : this.#numbers.slice(0, this.#length);
  }

  /** Null where what came before is of another kind. */
  #roomFor<Numbers extends Float64Array | BigInt64Array>(
    count: number,
    kind: new (length: number) => Numbers,
  ): Numbers | null {
    const before = this.#numbers;
    if (before !== null && !(before instanceof kind)) return null;
    const needed = this.#length + count;
    if (before !== null && before.length >= needed) return before;
    const larger = new kind(Math.max(needed, before === null ? this.#capacity : before.length * 2));
    if (before !== null) larger.set(before as never);
    this.#numbers = larger;
    return larger;
  }

  #addValues(vector: DuckDBVector, from: number, to: number): void {
    const values = this.#asValues();
    const { read } = this.#column;
    for (let row = from; row < to; row += 1) values.push(read(vector.getItem(row)));
  }

  #asValues(): unknown[] {
    if (this.#values !== null) return this.#values;
    const values: unknown[] = [];
    for (let at = 0; at < this.#length; at += 1) values.push(this.#numbers?.[at]);
    this.#numbers = null;
    this.#values = values;
    return values;
  }
}
