import { inspect } from "node:util";

/** Built-in classes that are stored as what they are; name by name, as values may come from another realm. */
const NATIVE = /^(?:function|class) (\w+)\(?.*\{ \[native code\] \}$/s;
/** Up to here listing the keys of an array is quicker than asking `inspect`. */
const FEW_ELEMENTS = 128;
const NO_EXTRA_KEYS = /^(?:\w+\(\d+\) (?:\[\w+\] )?)?\[(?: \.\.\. \d+ more items? )?\]$/;

/**
 * The built-in class that `prototype` belongs to, in whatever realm: "Object", "Map", …; undefined for any other class.
 */
export function builtinNameOf(prototype: object): string | undefined {
  if (prototype === Object.prototype) return "Object";
  if (prototype === Array.prototype) return "Array";
  const constructor = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as unknown;
  if (typeof constructor !== "function" || constructor.prototype !== prototype) return undefined;
  if (constructor === Buffer) return "Buffer";
  return NATIVE.exec(Function.prototype.toString.call(constructor))?.[1];
}

/** The name of the class of `value`, for messages. */
export function classNameOf(value: object): string {
  try {
    const constructor = (value as { constructor?: unknown }).constructor;
    if (typeof constructor === "function" && constructor.name !== "" && constructor !== Object) return constructor.name;
  } catch {
    // A getter or a proxy that throws: the tag below says enough.
  }
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

/**
 * True for a short array that has all its elements and no other keys, as most arrays in data are; false says nothing.
 */
export function isShortList(list: readonly unknown[]): boolean {
  const { length } = list;
  if (length === 0 || length > FEW_ELEMENTS) return false;
  // Indices come first in key order: if the last key is the last index, all others are indices as well.
  const keys = Object.keys(list);
  return keys.length === length && keys[length - 1] === String(length - 1);
}

/** Whether an array or typed array has own enumerable keys besides its indices. */
export function hasExtraKeys(list: readonly unknown[] | NodeJS.TypedArray): boolean {
  // Listing the keys of a large array makes a string per element; `inspect` has a way past the indices.
  if (list.length > FEW_ELEMENTS) {
    const shown = inspect(list, { maxArrayLength: 0, depth: 0, customInspect: false, breakLength: Infinity });
    if (NO_EXTRA_KEYS.test(shown)) return false;
  }
  // Indices come first in key order, so the last key tells.
  const last = Object.keys(list).at(-1);
  return last !== undefined && !isIndex(last);
}

/** The largest index of an array is 2^32 - 2. */
export function isIndex(key: string): boolean {
  return String(Number(key) >>> 0) === key && key !== "4294967295";
}
