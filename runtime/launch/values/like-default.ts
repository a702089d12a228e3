import { isIsoDate } from "./is-iso-date.ts";

/** Says that a value is not of the kind that its field's default is. */
export const MISMATCH = Symbol("mismatch");

const TYPED_ARRAYS = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
] as const;

/** What a value is, in words: `an array`, `an object`, `a Date`. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object") return value === undefined ? "undefined" : `a ${typeof value}`;
  const name =
    (Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null)?.constructor?.name ?? "Object";
  if (name === "Object") return "an object";
  return `${/^[AEIOU]/.test(name) && !/^U(int|RL)/.test(name) ? "an" : "a"} ${name}`;
}

/** False for a default whose kind no text can give: such a parameter needs a schema. */
export function isWritable(initial: unknown): boolean {
  if (typeof initial === "function" || typeof initial === "symbol") return false;
  if (typeof initial !== "object" || initial === null || Array.isArray(initial)) return true;
  const isKnown = [Date, Map, Set, RegExp].some((type) => Object.getPrototypeOf(initial) === type.prototype);
  return isKnown || typedArrayOf(initial) !== undefined || kindOf(initial) === "an object";
}

/** True for defaults that are lists: their flag may be given several times. */
export function isList(initial: unknown): boolean {
  return Array.isArray(initial) || initial instanceof Set || typedArrayOf(initial) !== undefined;
}

/** What the elements of a list are like; undefined where the default has none. */
export function elementOf(initial: unknown): unknown {
  const type = typedArrayOf(initial);
  if (type !== undefined) return type === BigInt64Array || type === BigUint64Array ? 0n : 0;
  return isList(initial) ? [...(initial as Iterable<unknown>)][0] : undefined;
}

/**
 * Turns parsed JSON into a value of the kind of a default: a text into a Date, an object into a Map, and so on.
 * @returns {@link MISMATCH} for what is of another kind
 */
export function likeDefault(value: unknown, initial: unknown): unknown {
  if (initial === undefined || initial === null) return value;
  if (typeof initial === "bigint") return bigintOf(value);
  if (typeof initial !== "object") return typeof value === typeof initial ? value : MISMATCH;
  if (isList(initial)) return listLike(value, initial);
  if (initial instanceof Date) return typeof value === "string" && isIsoDate(value) ? new Date(value) : MISMATCH;
  if (initial instanceof RegExp) return typeof value === "string" ? regexpOf(value) : MISMATCH;
  if (initial instanceof Map) return mapLike(value, initial);
  return kindOf(value) === "an object" ? objectLike(value as object, initial) : MISMATCH;
}

function listLike(value: unknown, initial: object): unknown {
  if (!Array.isArray(value)) return MISMATCH;
  const element = elementOf(initial);
  const items = value.map((item: unknown) => likeDefault(item, element));
  if (items.includes(MISMATCH)) return MISMATCH;
  if (Array.isArray(initial)) return items;
  return initial instanceof Set ? new Set(items) : typedArrayLike(items, initial);
}

/** A number that the array would change, other than by rounding a fraction, is of another kind. */
function typedArrayLike(items: readonly unknown[], initial: object): unknown {
  const type = typedArrayOf(initial) as unknown as { from(items: readonly unknown[]): ArrayLike<unknown> };
  const array = type.from(items);
  const isFloat = initial instanceof Float32Array || initial instanceof Float64Array;
  const isKept = items.every((item, at) => (isFloat ? Number.isFinite(array[at]) : array[at] === item));
  return isKept ? array : MISMATCH;
}

function mapLike(value: unknown, initial: ReadonlyMap<unknown, unknown>): unknown {
  const [first] = initial;
  const pairs = kindOf(value) === "an object" ? Object.entries(value as object) : value;
  if (!Array.isArray(pairs)) return MISMATCH;
  const entries: [unknown, unknown][] = [];
  for (const pair of pairs as unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2) return MISMATCH;
    const [key, item] = [likeDefault(pair[0], first?.[0]), likeDefault(pair[1], first?.[1])];
    if (key === MISMATCH || item === MISMATCH) return MISMATCH;
    entries.push([key, item]);
  }
  return new Map(entries);
}

/** Of an object's fields those are converted that JSON cannot say; others may be of several kinds. */
function objectLike(value: object, initial: object): unknown {
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
    const like = Object.hasOwn(initial, key) ? (initial as Record<string, unknown>)[key] : undefined;
    return [key, item !== null && typeof like === "object" ? likeDefault(item, like) : item];
  });
  return entries.some(([, item]) => item === MISMATCH) ? MISMATCH : Object.fromEntries(entries);
}

function bigintOf(value: unknown): unknown {
  if (typeof value === "string") return /^-?\d+n?$/.test(value) ? BigInt(value.replace(/n$/, "")) : MISMATCH;
  return Number.isSafeInteger(value) ? BigInt(value as number) : MISMATCH;
}

/** `/source/flags`, or the source alone. */
function regexpOf(text: string): unknown {
  const written = /^\/(.+)\/([a-z]*)$/s.exec(text);
  try {
    return written === null ? new RegExp(text) : new RegExp(written[1] ?? "", written[2]);
  } catch {
    return MISMATCH;
  }
}

function typedArrayOf(value: unknown): (typeof TYPED_ARRAYS)[number] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return TYPED_ARRAYS.find((type) => Object.getPrototypeOf(value) === type.prototype);
}
