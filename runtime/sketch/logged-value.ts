const MAX_DEPTH = 8;
const MAX_FIELDS = 1000;
const MAX_ITEMS = 64;
const MAX_CHARS = 1000;

/** A long list, of which some items are kept. */
export interface ThinnedList {
  readonly "~length": number;
  readonly "~items": readonly unknown[];
}

/**
 * A value as a log keeps it, in JSON and bounded: of long lists evenly spaced items, of long texts the beginning. A number
 * that JSON lacks becomes null, as does what is no data.
 */
export function loggedValue(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case "string":
      return value.length > MAX_CHARS ? `${value.slice(0, MAX_CHARS)}…` : value;
    case "number":
      return Number.isFinite(value) ? value : null;
    case "boolean":
      return value;
    case "bigint":
      return loggedValue(Number(value));
    case "object":
      return value === null || depth > MAX_DEPTH ? null : ofObject(value, depth);
    default:
      return null;
  }
}

/** Whether `loggedValue` keeps all of a value that JSON has given. */
export function isKeptWhole(value: unknown, depth = 0): boolean {
  if (typeof value === "string") return value.length <= MAX_CHARS;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth > MAX_DEPTH) return false;
  const isList = Array.isArray(value);
  const parts: unknown[] = isList ? value : Object.values(value);
  return parts.length <= (isList ? MAX_ITEMS : MAX_FIELDS) && parts.every((part) => isKeptWhole(part, depth + 1));
}

function ofObject(value: object, depth: number): unknown {
  if (Array.isArray(value)) return ofList(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value))
    return value instanceof DataView ? null : ofList(value as unknown as ArrayLike<unknown>, depth);
  const copy: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value).slice(0, MAX_FIELDS)) {
    if (field !== undefined && typeof field !== "function") copy[name] = loggedValue(field, depth + 1);
  }
  return copy;
}

function ofList(list: ArrayLike<unknown>, depth: number): unknown {
  const items = evenly(list, MAX_ITEMS).map((item) => loggedValue(item, depth + 1));
  return list.length <= MAX_ITEMS ? items : ({ "~length": list.length, "~items": items } satisfies ThinnedList);
}

/** At most this many items, evenly spaced. */
export function evenly<T>(list: ArrayLike<T>, count: number): T[] {
  const taken = Math.min(list.length, count);
  return Array.from({ length: taken }, (_, at) => list[Math.floor((at * list.length) / taken)] as T);
}
