import { isRecord } from "../../../../sdk/base/is-record.ts";

const FARTHEST = 2n ** 63n - 1n;
const DAY_MS = 86_400_000;

/**
 * A value of DuckDB as features have it: integers of 64 bits and more are bigints, decimals are numbers, what says when is a
 * `Date`, lists are arrays, structures are objects, and what has no like (an interval, a UUID) is a text.
 */
export function duckDbValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const instant = duckDbInstant(value);
  if (typeof instant === "number") return new Date(instant);
  const { items, entries, bytes } = value as { items?: unknown; entries?: unknown; bytes?: unknown };
  if (Array.isArray(items)) return items.map(duckDbValue);
  if (Array.isArray(entries)) return entries.map(duckDbEntry);
  if (isRecord(entries)) return duckDbEntry(entries);
  if (bytes instanceof Uint8Array) return bytes;
  const isDecimal = "scale" in value && "width" in value;
  // By its digits: a quotient would be rounded twice.
  return isDecimal ? Number(textOf(value)) : textOf(value);
}

/** As the classes of DuckDB's package say their values. */
function textOf(value: { toString(): string }): string {
  return value.toString();
}

/** Milliseconds since 1970 of what says when; anything else as it is. */
export function duckDbInstant(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { days, months, nanos, millis, seconds } = value as Record<string, unknown>;
  const { micros } = value as Record<string, unknown>;
  // An interval has days and months.
  if (typeof days === "number" && months === undefined) return days >= 2 ** 31 - 1 ? Infinity : days * DAY_MS;
  if (isInstant(value, micros)) return micros >= FARTHEST ? Infinity : Number(micros) / 1000;
  if (isInstant(value, nanos)) return nanos >= FARTHEST ? Infinity : Number(nanos / 1000n) / 1000;
  if (isInstant(value, millis)) return Number(millis);
  if (isInstant(value, seconds)) return Number(seconds) * 1000;
  return value;
}

/** A time of day has microseconds as well. */
function isInstant(value: object, ticks: unknown): ticks is bigint {
  return typeof ticks === "bigint" && value.constructor.name.startsWith("DuckDBTimestamp");
}

function duckDbEntry(entries: unknown): unknown {
  if (!isRecord(entries)) return entries;
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, duckDbValue(value)]));
}
