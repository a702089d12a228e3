import { featureError } from "./feature-error.ts";
import { safeNumbers } from "./float64s.ts";
import { NumberIds } from "./number-ids.ts";
import { type KeyValue, readKey } from "./read-key.ts";
import { shownValue } from "./shown-value.ts";
import type { Column } from "./source-spec.ts";
import type { EntitySpec, KeyType } from "./view-spec.ts";

export interface KeyedRows {
  readonly length: number;
  readonly columns: ReadonlyMap<string, Column>;
  /** Values are texts. */
  readonly isText: boolean;
  where(row: number): string;
}

/** No row of what is asked for has this key. */
export const NO_KEY = -1;

/** Numbers the keys of what is asked for, and finds them again in sources. */
export class KeyIndex {
  readonly #entity: EntitySpec;
  readonly #ids: Ids;

  constructor(entity: EntitySpec) {
    this.#entity = entity;
    const types = [...entity.keys.values()];
    this.#ids = types.length === 1 && types[0] === "number" ? new NumberIds() : new ValueIds();
  }

  get size(): number {
    return this.#ids.size;
  }

  /** The keys as texts, by number: two that differ have different ones. */
  texts(): string[] {
    return Array.from(this.#ids.keys(), String);
  }

  /** Of each row the number of its key, which is taken in where it is new; {@link NO_KEY} where a part is missing. */
  take(rows: KeyedRows): Int32Array {
    return this.#idsOf(rows, (key) => this.#ids.take(key));
  }

  /** Of each row the number of its key; {@link NO_KEY} where nothing asks for it. */
  find(rows: KeyedRows): Int32Array {
    return this.#idsOf(rows, (key) => this.#ids.get(key) ?? NO_KEY);
  }

  #idsOf(rows: KeyedRows, idOf: (key: unknown) => number): Int32Array {
    const parts = [...this.#entity.keys].map(([name, type]) => ({ name, type, column: rows.columns.get(name)! }));
    const found = new Int32Array(rows.length);
    const [only] = parts;
    const isSingle = parts.length === 1;
    const numbers = isSingle ? plainNumbers(only!) : null;
    if (numbers !== null) {
      // Of the two zeros one is enough.
      for (let row = 0; row < rows.length; row += 1) found[row] = idOf(numbers[row]! + 0);
      return found;
    }
    for (let row = 0; row < rows.length; row += 1) {
      const key = isSingle ? this.#partOf(only!, rows, row) : this.#keyOf(parts, rows, row);
      found[row] = key === null ? NO_KEY : idOf(key);
    }
    return found;
  }

  #keyOf(parts: readonly KeyPart[], rows: KeyedRows, row: number): string | null {
    let key = "";
    for (const part of parts) {
      const value = this.#partOf(part, rows, row);
      if (value === null) return null;
      const text = String(value);
      // Its length, so that two keys never read alike.
      key += `${text.length}:${text}`;
    }
    return key;
  }

  #partOf({ name, type, column }: KeyPart, rows: KeyedRows, row: number): KeyValue | null {
    const value = column[row];
    const key = readKey(type, value, rows.isText);
    if (key === undefined)
      throw featureError(
        `${name} is a key of ${this.#entity.name} and has to be a ${type}: ${shownValue(value)} at ${rows.where(row)}`,
      );
    return key;
  }
}

interface Ids {
  readonly size: number;
  keys(): Iterable<unknown>;
  /** @returns undefined for one that was not taken in */
  get(key: unknown): number | undefined;
  take(key: unknown): number;
}

class ValueIds extends Map<unknown, number> implements Ids {
  take(key: unknown): number {
    const known = this.get(key);
    if (known !== undefined) return known;
    this.set(key, this.size);
    return this.size - 1;
  }
}

interface KeyPart {
  readonly name: string;
  readonly type: KeyType;
  readonly column: Column;
}

/** Those of a column that has nothing else and lies in one piece of memory. */
function plainNumbers({ type, column }: KeyPart): Float64Array | null {
  if (type !== "number") return null;
  if (column instanceof Float64Array) return column.includes(NaN) ? null : column;
  return column instanceof BigInt64Array ? safeNumbers(column) : null;
}
