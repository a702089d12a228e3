/** A field within a value: `["bests", "0", "mape"]`. Only plain objects and arrays have such fields. */
export type FieldPath = readonly string[];

/** Null where the value has no such field. */
export function fieldAt(value: unknown, path: FieldPath): { readonly value: unknown } | null {
  let at = value;
  for (const name of path) {
    if (!fieldNames(at).includes(name)) return null;
    at = (at as Record<string, unknown>)[name];
  }
  return { value: at };
}

/** The fields of a plain object, the indices of an array; of anything else there are none. */
export function fieldNames(value: unknown): string[] {
  return isBranch(value) ? Object.keys(value) : [];
}

function isBranch(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Reads `bests.0.mape`, `bests[0].mape`; null for another text. */
export function parseFieldPath(text: string): FieldPath | null {
  const path = text.replace(/\[(\d{1,9})\]/g, ".$1").split(".");
  return path.every((name) => name !== "" && !/[[\]\s]/.test(name)) ? path : null;
}
