import { isOrdinaryText } from "./token-writer.ts";

/** How many different keys are remembered as ordinary. */
const KNOWN_KEYS = 4096;
/** Lists of more keys are not remembered: V8 keeps such objects as dictionaries, of which `for in` lists the keys anew. */
const FEW_KEYS = 64;

/** Lists the keys of plain objects, and checks that a MessagePack map can carry them. */
export class OrdinaryKeys {
  readonly #known = new Set<string>();
  /** Level by level, the keys of the last object: rows of a table have the same ones, row after row. */
  readonly #last: (readonly string[] | undefined)[] = [];

  /** The enumerable own keys of `value`, an object at this level of the walk; undefined if not all are ordinary. */
  of(value: object, level: number): readonly string[] | undefined {
    const last = this.#last[level];
    if (last !== undefined && hasKeys(value, last)) return last;
    const keys = Object.keys(value);
    if (!this.#areOrdinary(keys)) return undefined;
    this.#last[level] = keys.length <= FEW_KEYS ? keys : undefined;
    return keys;
  }

  #areOrdinary(keys: readonly string[]): boolean {
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      if (!this.#known.has(key) && !this.#isOrdinary(key)) return false;
    }
    return true;
  }

  #isOrdinary(key: string): boolean {
    if (key === "__proto__" || !isOrdinaryText(key)) return false;
    if (this.#known.size < KNOWN_KEYS) this.#known.add(key);
    return true;
  }
}

/** Whether `value` has exactly these enumerable own keys, in this order. Unlike `Object.keys`, it allocates nothing. */
function hasKeys(value: object, keys: readonly string[]): boolean {
  const { length } = keys;
  let index = 0;
  for (const key in value) if (key !== keys[index++]) return false;
  // Inherited keys come after own ones, so the last key tells whether there are any.
  return index === length && (length === 0 || Object.hasOwn(value, keys[length - 1] as string));
}
