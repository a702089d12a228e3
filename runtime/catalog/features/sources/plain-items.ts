import type { DuckDBVector } from "@duckdb/node-api";
import { float64s } from "../float64s.ts";

/** As DuckDB numbers types. */
const [BIGINT, TIMESTAMP, DATE, TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP_TZ] = [5, 12, 13, 20, 21, 31];
/** TINYINT, SMALLINT, INTEGER, the same without a sign, FLOAT, DOUBLE. */
const NUMBERS: ReadonlySet<number> = new Set([2, 3, 4, 6, 7, 8, 10, 11]);
const FARTHEST = 2 ** 63;
const FARTHEST_DAY = 2 ** 31 - 1;
const DAY_MS = 86_400_000;

/** Numbers in one piece of memory. */
export type PlainItems = Exclude<NodeJS.TypedArray, BigUint64Array>;

/**
 * The memory of a vector of which no value is missing, where it has numbers; of a clock, milliseconds since 1970. Null where it
 * has to be read value by value.
 */
export function plainItems(vector: DuckDBVector, isClock: boolean): PlainItems | null {
  // What no method gives, and reading value by value takes ten times as long: what is not there as expected is read so.
  const { items, validity } = vector as unknown as { readonly items?: unknown; readonly validity?: unknown };
  const type: number = vector.type.typeId;
  if (!isWhole(validity, vector.itemCount)) return null;
  if (NUMBERS.has(type)) return isNumbers(items) ? items : null;
  if (items instanceof BigInt64Array) {
    if (type === BIGINT) return items;
    return isClock ? instantsIn(items, type) : null;
  }
  if (!isClock || type !== DATE || !(items instanceof Int32Array)) return null;
  return Float64Array.from(items, (days) => (days >= FARTHEST_DAY ? Infinity : days * DAY_MS));
}

function instantsIn(ticks: BigInt64Array, type: number): Float64Array | null {
  const numbers = float64s(ticks);
  if (type === TIMESTAMP_MS) return numbers;
  if (type === TIMESTAMP_S) return numbers.map((seconds) => seconds * 1000);
  if (type !== TIMESTAMP && type !== TIMESTAMP_TZ) return null;
  // Ticks that far are rounded up to it, as infinity is written.
  if (numbers.includes(FARTHEST)) return null;
  return numbers.map((micros) => micros / 1000);
}

function isNumbers(items: unknown): items is Exclude<PlainItems, BigInt64Array> {
  return ArrayBuffer.isView(items) && !(items instanceof BigInt64Array) && !(items instanceof DataView);
}

/** Whether no value is missing: a bit each says that it is there; without bits all are. */
function isWhole(validity: unknown, count: number): boolean {
  const { data, offset } = (validity ?? {}) as { readonly data?: unknown; readonly offset?: unknown };
  if (data === null) return true;
  if (!(data instanceof BigUint64Array) || offset !== 0) return false;
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length * 2);
  const whole = count >> 5;
  for (let word = 0; word < whole; word += 1) if (words[word] !== 0xffff_ffff) return false;
  const rest = 2 ** (count & 31) - 1;
  return rest === 0 || (words[whole]! & rest) >>> 0 === rest;
}
