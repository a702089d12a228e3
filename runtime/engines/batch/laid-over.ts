import { isRecord } from "../../../sdk/base/is-record.ts";

/** One value with another laid over it: objects are merged, everything else is replaced. */
export function laidOver(base: unknown, over: unknown): unknown {
  if (!isRecord(base) || !isRecord(over)) return over === undefined ? base : over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = laidOver(base[key], value);
  return merged;
}
