import { decimalIn } from "../../text/decimal-in.ts";
import { featureError } from "./feature-error.ts";
import { safeNumbers } from "./float64s.ts";
import { shownValue } from "./shown-value.ts";
import type { SourceRows } from "./source-spec.ts";

/** Numbers, some of which may be missing. */
export class NumberColumn {
  readonly values: Float64Array;
  readonly #missing: Uint8Array | null;

  /** @param missing - 1 where a value is missing; null if none is */
  constructor(values: Float64Array, missing: Uint8Array | null) {
    this.values = values;
    this.#missing = missing;
  }

  isMissing(row: number): boolean {
    return this.#missing !== null && this.#missing[row] === 1;
  }
}

export interface NumbersOf {
  readonly name: string;
  readonly isText: boolean;
  /** What needs them, for an error: `the sum spend7d of spending`. */
  readonly use: string;
}

/**
 * The numbers of a column.
 *
 * @throws MillraceError for a value that is none; integers beyond 2^53 cannot be held exactly, and are refused
 */
export function numberColumn(rows: SourceRows, { name, isText, use }: NumbersOf): NumberColumn {
  const column = rows.columns.get(name)!;
  if (column instanceof Float64Array) return new NumberColumn(column, null);
  if (column instanceof BigInt64Array) {
    const numbers = safeNumbers(column);
    if (numbers !== null) return new NumberColumn(numbers, null);
  }
  const values = new Float64Array(rows.length);
  let missing: Uint8Array | null = null;
  for (let row = 0; row < rows.length; row += 1) {
    const value = column[row];
    const number = typeof value === "number" ? value : numberOf(value, isText);
    if (number === null) {
      missing ??= new Uint8Array(rows.length);
      missing[row] = 1;
    } else if (number === undefined) {
      throw featureError(`${use} needs numbers: ${name} is ${shownValue(value)} at ${rows.where(row)}`, {
        hint: "leave missing values empty or null",
      });
    } else values[row] = number;
  }
  return new NumberColumn(values, missing);
}

/** Null if the value is missing, undefined if it is not a number. */
function numberOf(value: unknown, isText: boolean): number | null | undefined {
  if (value === null || value === undefined || (isText && value === "")) return null;
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
  if (!isText || typeof value !== "string") return undefined;
  const text = value.trim();
  return text === "NaN" ? NaN : decimalIn(text);
}
