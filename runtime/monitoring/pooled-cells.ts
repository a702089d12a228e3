import { appendAll } from "../../sdk/base/append-all.ts";

/** How often each of two samples fell into each cell. */
export interface CellPair {
  readonly reference: readonly number[];
  readonly window: readonly number[];
}

const MOST_CELLS = { ordered: 10, unordered: 20 };

export interface PoolOptions {
  /** The first cells follow on each other; the last one, of rows without a value, stands alone. */
  readonly isOrdered: boolean;
  /** A cell is to expect this many of the smaller sample. */
  readonly least: number;
}

/**
 * Cells that are large enough to compare. Which cells go together depends on both samples' sum alone: a choice that looks at
 * one of them would make a difference where there is none.
 */
export function pooledCells({ reference, window }: CellPair, { isOrdered, least }: PoolOptions): CellPair {
  const sums = reference.map((count, cell) => count + (window[cell] ?? 0));
  const [n, m] = [total(reference), total(window)];
  const needed = Math.max((least * (n + m)) / Math.max(Math.min(n, m), 1), 1);
  const groups = isOrdered ? neighbours(sums, needed) : frequent(sums, needed);
  const pool = (counts: readonly number[]) =>
    groups.map((group) => group.reduce((sum, cell) => sum + (counts[cell] ?? 0), 0));
  return { reference: pool(reference), window: pool(window) };
}

export function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function neighbours(sums: readonly number[], needed: number): readonly number[][] {
  const without = sums.length - 1;
  const target = Math.max((total(sums) - (sums[without] ?? 0)) / MOST_CELLS.ordered, needed);
  const groups: number[][] = [];
  let group: number[] = [];
  let size = 0;
  for (let cell = 0; cell < without; cell += 1) {
    const count = sums[cell] ?? 0;
    // Many rows of one value do not swallow those below, which may be the ones that change.
    if (count >= target && size >= needed) {
      groups.push(group);
      [group, size] = [[], 0];
    }
    group.push(cell);
    size += count;
    // Not a rounding error below the target.
    if (size < target * (1 - 1e-9)) continue;
    groups.push(group);
    [group, size] = [[], 0];
  }
  if (group.length > 0) join(groups, group, { isLarge: size >= needed });
  join(groups, [without], { isLarge: (sums[without] ?? 0) >= needed });
  return withoutSmallFirst(groups, { sums, needed });
}

/** Where hardly any row has a value, the first group had none before it to go with. */
function withoutSmallFirst(
  [first = [], second, ...others]: readonly number[][],
  { sums, needed }: { readonly sums: readonly number[]; readonly needed: number },
): readonly number[][] {
  if (second === undefined) return [first];
  const isSmall = first.reduce((size, cell) => size + (sums[cell] ?? 0), 0) < needed;
  return isSmall ? [[...first, ...second], ...others] : [first, second, ...others];
}

function frequent(sums: readonly number[], needed: number): readonly number[][] {
  const cells = sums.map((_, cell) => cell).sort((a, b) => (sums[b] ?? 0) - (sums[a] ?? 0));
  const own = cells.filter((cell, at) => at < MOST_CELLS.unordered && (sums[cell] ?? 0) >= needed);
  const rest = cells.slice(own.length);
  const groups = own.map((cell) => [cell]);
  const size = rest.reduce((sum, cell) => sum + (sums[cell] ?? 0), 0);
  if (rest.length > 0) join(groups, rest, { isLarge: size >= needed });
  return groups;
}

/** One that is too small goes with the last before it. */
function join(groups: number[][], group: readonly number[], { isLarge }: { readonly isLarge: boolean }): void {
  const last = groups.at(-1);
  if (isLarge || last === undefined) groups.push([...group]);
  else appendAll(last, group);
}
