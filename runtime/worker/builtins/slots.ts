import { CLOSED, isReadableGetter, isWatchedGetter, watchedNames } from "./roots.ts";

export type Holder = Record<PropertyKey, unknown>;

/** A property as it was noted. */
export interface PropertySlot {
  readonly holder: Holder;
  readonly key: PropertyKey;
  readonly descriptor: PropertyDescriptor;
}

/** An object whose names are all known. */
export interface Closed {
  readonly holder: Holder;
  readonly count: number;
  readonly known: Record<PropertyKey, true>;
  readonly prototype: object | null;
  /** False once the flow's modules, or an option of Node's, have closed it for good. */
  isExtensible: boolean;
}

/** All that is watched, as it is now. */
export function slotsNow() {
  const holders: Holder[] = [];
  const keys: PropertyKey[] = [];
  const values: unknown[] = [];
  const slots: PropertySlot[] = [];
  const accessors: PropertySlot[] = [];
  for (const [holder, names] of watchedNames() as Map<Holder, readonly PropertyKey[]>) {
    for (const key of names) {
      const descriptor = Reflect.getOwnPropertyDescriptor(holder, key);
      // What cannot be changed need not be watched; that leaves out NaN as well.
      if (descriptor === undefined || (descriptor.configurable === false && descriptor.writable !== true)) continue;
      if ("value" in descriptor || isReadableGetter(holder, key)) {
        holders.push(holder);
        keys.push(key);
        values.push(holder[key]);
        slots.push({ holder, key, descriptor });
      } else if (isWatchedGetter(key)) accessors.push({ holder, key, descriptor });
    }
  }
  return { holders, keys, values, slots, accessors };
}

export function closedNow(): Closed[] {
  return CLOSED.map((holder) => {
    const own = Reflect.ownKeys(holder);
    const known = Object.create(null) as Record<PropertyKey, true>;
    for (const key of own) known[key] = true;
    const shape = { prototype: Reflect.getPrototypeOf(holder), isExtensible: Reflect.isExtensible(holder) };
    return { holder: holder as Holder, count: own.length, known, ...shape };
  });
}
