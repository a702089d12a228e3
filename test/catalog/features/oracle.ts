/** What a feature is by its definition, row by row: slow, and simple enough to be read. */
import type { AggregateName } from "../../../runtime/catalog/features/view-spec.ts";

export interface OracleRow {
  readonly key: string | null;
  readonly event: number;
  readonly created: number;
  readonly value: unknown;
}

export interface OracleQuestion {
  readonly name: AggregateName;
  readonly key: string | null;
  readonly time: number;
  readonly windowMs: number;
  readonly at: number;
}

export function oracle(rows: readonly OracleRow[], { name, key, time, windowMs, at }: OracleQuestion): unknown {
  const seen = rows
    .map((row, place) => ({ ...row, place }))
    .filter((row) => key !== null && row.key === key && row.event <= time && row.created <= time)
    .filter((row) => row.event > time - windowMs)
    .sort((a, b) => a.event - b.event || a.created - b.created || a.place - b.place);
  const values = seen.map(({ value }) => value ?? null).filter((value) => value !== null);
  const numbers = values.map(Number);
  switch (name) {
    case "count":
      return seen.length;
    case "last":
      return seen.at(-1)?.value ?? null;
    case "first":
      return seen.findLast(({ event }) => event === seen[0]?.event)?.value ?? null;
    case "distinct":
      return new Set(values).size;
    case "sum":
      return exactSum(numbers);
    case "mean":
      return numbers.length === 0 ? null : exactSum(numbers) / numbers.length;
    case "min":
    case "max": {
      if (numbers.length === 0) return null;
      return (name === "min" ? Math.min(...numbers) : Math.max(...numbers)) + 0;
    }
    case "quantile": {
      if (numbers.length === 0) return null;
      if (numbers.some(Number.isNaN)) return NaN;
      const sorted = numbers.sort((a, b) => a - b);
      const place = at * (sorted.length - 1);
      const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
      return low === high ? low + 0 : low + (place - Math.floor(place)) * (high - low);
    }
  }
}

/** In whole numbers of the smallest that there is, so that nothing is rounded before the end. */
export function exactSum(numbers: readonly number[]): number {
  if (numbers.some(Number.isNaN) || (numbers.includes(Infinity) && numbers.includes(-Infinity))) return NaN;
  if (numbers.includes(Infinity)) return Infinity;
  if (numbers.includes(-Infinity)) return -Infinity;
  return nearestDouble(numbers.reduce((sum, number) => sum + unitsOf(number), 0n));
}

const UNIT_BITS = 1074;

function unitsOf(number: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const size = exponent === 0 ? fraction : (fraction | (1n << 52n)) << BigInt(exponent - 1);
  return bits >> 63n === 1n ? -size : size;
}

/** Half to even. */
function nearestDouble(units: bigint): number {
  const size = units < 0n ? -units : units;
  const bits = size.toString(2).length;
  const shift = BigInt(Math.max(0, bits - 53));
  let kept = size >> shift;
  const rest = size - (kept << shift);
  const half = shift === 0n ? 0n : 1n << (shift - 1n);
  if (shift > 0n && (rest > half || (rest === half && (kept & 1n) === 1n))) kept += 1n;
  const scale = Number(shift) - UNIT_BITS;
  // In two steps, as one of them alone may be no number.
  const value = Number(kept) * 2 ** Math.trunc(scale / 2) * 2 ** (scale - Math.trunc(scale / 2));
  return units < 0n ? -value : value;
}
