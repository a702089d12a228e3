import { inspect, types } from "node:util";

const MAX_DEPTH = 40;

/** A value as JSON has it: what JSON lacks is written as text. */
export function plainData(value: unknown, above: readonly object[] = []): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value !== "object")
    return value === undefined ? null : typeof value === "bigint" ? String(value) : inspect(value);
  if (types.isDate(value)) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (above.includes(value)) return "[Circular]";
  if (above.length >= MAX_DEPTH) return "…";
  const within = [...above, value];
  if (Array.isArray(value)) return value.map((item) => plainData(item, within));
  if (types.isTypedArray(value)) return Array.from(value as Iterable<unknown>, (item) => plainData(item));
  if (types.isSet(value)) return [...value].map((item) => plainData(item, within));
  if (types.isMap(value)) return plainEntries(value.entries(), within);
  if (types.isNativeError(value)) return `${value.name}: ${value.message}`;
  if (types.isRegExp(value) || types.isPromise(value)) return inspect(value);
  return plainEntries(Object.entries(value), within);
}

function plainEntries(entries: Iterable<readonly [unknown, unknown]>, above: readonly object[]): object {
  const all: [string, unknown][] = [];
  for (const [key, item] of entries)
    if (typeof item !== "function") all.push([typeof key === "string" ? key : inspect(key), plainData(item, above)]);
  return Object.fromEntries(all);
}
