import { type CellPair, total } from "./pooled-cells.ts";

/** After so many that differ as much, the share is known well enough (Besag and Clifford, 1991). */
const ENOUGH = 20;
/** In multiples of what one such permutation takes on average. */
const MOST = 40;

/**
 * The share of the permutations of all rows, over the two samples, whose statistic is at least that of the samples. The same
 * samples give the same answer.
 */
export function permutationTail(
  { reference, window }: CellPair,
  { statistic, level }: { readonly statistic: number; readonly level: number },
): number {
  const [n, m] = [total(reference), total(window)];
  const drawn = Math.min(n, m);
  const sums = window.map((count, cell) => count + (reference[cell] ?? 0));
  const pool = new Uint16Array(n + m);
  let filled = 0;
  for (const [cell, sum] of sums.entries()) pool.fill(cell, filled, (filled += sum));
  const random = randomOf([...reference, ...window]);
  const expected = sums.map((sum) => (sum * drawn) / (n + m));
  const scale = 1 + drawn / Math.max(n, m);
  const counts = new Array<number>(sums.length);
  const rounds = Math.ceil(MOST / level);
  let asFar = 0;
  for (let round = 1; round <= rounds; round += 1) {
    counts.fill(0);
    for (let at = 0; at < drawn; at += 1) {
      const other = at + Math.floor(random() * (pool.length - at));
      const cell = pool[other] ?? 0;
      pool[other] = pool[at] ?? 0;
      pool[at] = cell;
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    let found = 0;
    for (const [cell, count] of counts.entries()) found += (count - (expected[cell] ?? 0)) ** 2 / (expected[cell] ?? 1);
    if (found * scale >= statistic * (1 - 1e-9)) asFar += 1;
    if (asFar === ENOUGH) return ENOUGH / round;
  }
  return (asFar + 1) / (rounds + 1);
}

/** Numbers from 0 to 1, by xorshift, begun with the counts. */
function randomOf(counts: readonly number[]): () => number {
  let state = counts.reduce((hash, count) => Math.imul(hash ^ count, 0x01000193), 0x811c9dc5) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
