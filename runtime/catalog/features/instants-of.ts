import { featureError } from "./feature-error.ts";
import { shownValue } from "./shown-value.ts";
import type { Column } from "./source-spec.ts";

export interface InstantsOf {
  readonly name: string;
  readonly length: number;
  /** What is read, for an error: `orders.csv`. */
  readonly title: string;
  where(row: number): string;
}

/**
 * When each row was, in milliseconds since 1970: of a `Date`, a number of milliseconds, or a text as ISO 8601 has it, which is
 * in UTC where it names no zone.
 *
 * @throws MillraceError for anything else
 */
export function instantsOf(column: Column, of: InstantsOf): Float64Array {
  if (column instanceof Float64Array) return checked(column, of);
  const found = new Float64Array(of.length);
  for (let row = 0; row < of.length; row += 1) {
    const instant = instantOf(column[row]);
    if (instant === null) refuse(column[row], row, of);
    found[row] = instant;
  }
  return found;
}

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(\.\d+)?(Z|[+-]\d\d:?\d\d)?)?$/iu;

/** @returns null for what is none */
function instantOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.getTime();
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : null;
  if (typeof value !== "string") return null;
  const [, day, time = "00:00", fraction = "", zone = "Z"] = ISO.exec(value.trim()) ?? [];
  // A day that no month has would be one of the next month.
  if (day === undefined || !isDay(day)) return null;
  const instant = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  // Of more digits than milliseconds none is cut off: what was cut off would be known before it happened.
  return Number.isNaN(instant) ? null : instant + Number(`0${fraction}`) * 1000;
}

function isDay(day: string): boolean {
  const midnight = Date.parse(`${day}T00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
}

function checked(instants: Float64Array, of: InstantsOf): Float64Array {
  for (let row = 0; row < instants.length; row += 1)
    if (!Number.isFinite(instants[row])) refuse(instants[row], row, of);
  return instants;
}

function refuse(value: unknown, row: number, { name, where }: InstantsOf): never {
  throw featureError(`Cannot read ${name} as a time: ${shownValue(value)} at ${where(row)}`, {
    hint: "use a Date, milliseconds since 1970, or a string such as 2026-03-01T12:00:00Z",
  });
}
