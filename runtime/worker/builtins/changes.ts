import type { Holder } from "./slots.ts";

/** A changed or added property, as it was found. */
export interface Change {
  readonly holder: Holder;
  readonly key: PropertyKey;
  readonly descriptor: PropertyDescriptor | undefined;
}

// They run while a step may have replaced iterators and methods of arrays.

export function append(list: Change[], more: readonly Change[]): void {
  for (let at = 0; at < more.length; at += 1) list[list.length] = more[at] as Change;
}

/** The last one noted of a property; null for none. */
export function lastOf(list: readonly Change[], holder: Holder, key: PropertyKey): Change | null {
  for (let at = list.length - 1; at >= 0; at -= 1) {
    const change = list[at] as Change;
    if (change.holder === holder && change.key === key) return change;
  }
  return null;
}

export function isAlike(one: Change, other: Change): boolean {
  const was = one.descriptor;
  const is = other.descriptor;
  return was?.value === is?.value && was?.get === is?.get && was?.set === is?.set;
}
