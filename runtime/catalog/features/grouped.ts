import { NO_KEY } from "./key-index.ts";

export const NO_ROWS: Int32Array = new Int32Array(0);

/** Rows by their keys: those of key `k` are `order[starts[k]]` to `order[starts[k + 1] - 1]`, in the order that they had. */
export interface Grouped {
  readonly order: Int32Array;
  readonly starts: Int32Array;
}

/** @param keys - of each row; those with {@link NO_KEY} are left out */
export function grouped(keys: Int32Array, count: number): Grouped {
  const starts = new Int32Array(count + 1);
  for (const key of keys) if (key !== NO_KEY) starts[key + 1]! += 1;
  for (let key = 0; key < count; key += 1) starts[key + 1]! += starts[key]!;
  const next = starts.slice(0, count);
  const order = new Int32Array(starts[count]!);
  for (let row = 0; row < keys.length; row += 1) {
    const key = keys[row]!;
    if (key === NO_KEY) continue;
    order[next[key]!] = row;
    next[key]! += 1;
  }
  return { order, starts };
}

/** Sorts a part in place; nothing is done where it is sorted, as most sources are. */
export function sortPart(order: Int32Array, compare: (row: number, other: number) => number): Int32Array {
  for (let at = 1; at < order.length; at += 1)
    if (compare(order[at - 1]!, order[at]!) > 0) return order.sort((row, other) => compare(row, other));
  return order;
}
