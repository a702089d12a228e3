import { isRecord } from "../../../sdk/base/is-record.ts";

/**
 * One object with another laid over it, as `kubectl patch` does it: objects are merged, lists whose entries all have a name are
 * merged by it, everything else is replaced.
 */
export function strategicMerge(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (isNamedList(base) && isNamedList(over)) {
    const merged = new Map<unknown, unknown>(base.map((entry) => [entry["name"], entry]));
    for (const entry of over) merged.set(entry["name"], strategicMerge(merged.get(entry["name"]), entry));
    return [...merged.values()];
  }
  if (!isRecord(base) || !isRecord(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = strategicMerge(base[key], value);
  return merged;
}

function isNamedList(value: unknown): value is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.every((entry) => isRecord(entry) && typeof entry["name"] === "string");
}
