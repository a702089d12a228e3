import type { ItemList } from "../records.ts";

/** A foreach around a task, as it is recorded. */
export interface ItemPlace {
  /** The foreach around this one; null for the outermost. */
  readonly outer: ItemPlace | null;
  /** The step that split. */
  readonly step: string;
  /** The item's place, from 0. */
  readonly index: number;
  /** Number of items. */
  readonly size: number;
  readonly items: ItemList;
}

/** The foreaches around a task, outermost first. */
export function stackOf(innermost: ItemPlace | null): ItemPlace[] {
  const stack: ItemPlace[] = [];
  for (let place = innermost; place !== null; place = place.outer) stack.push(place);
  return stack.reverse();
}
