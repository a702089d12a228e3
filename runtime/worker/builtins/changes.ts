import type { Holder } from "./slots.ts";

/** A changed or added property, as it was found. */
export interface BuiltinChange {
  readonly holder: Holder;
  readonly key: PropertyKey;
  readonly descriptor: PropertyDescriptor | undefined;
}

// They run while a step may have replaced iterators and methods of arrays.

export function append(list: BuiltinChange[], more: readonly BuiltinChange[]): void {
  for (let at = 0; at < more.length; at += 1) list[list.length] = more[at] as BuiltinChange;
}

/** The last one noted of a property; null for none. */
export function lastOf(list: readonly BuiltinChange[], holder: Holder, key: PropertyKey): BuiltinChange | null {
  for (let at = list.length - 1; at >= 0; at -= 1) {
    const change = list[at] as BuiltinChange;
    if (change.holder === holder && change.key === key) return change;
  }
  return null;
}

export function isAlike(one: BuiltinChange, other: BuiltinChange): boolean {
  const was = one.descriptor;
  const is = other.descriptor;
  return was?.value === is?.value && was?.get === is?.get && was?.set === is?.set;
}
