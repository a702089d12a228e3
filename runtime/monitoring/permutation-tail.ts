import { smallest } from "../../sdk/base/largest.ts";
import { drawHypergeometric } from "./draw-hypergeometric.ts";
import { hypergeometricTail } from "./hypergeometric-tail.ts";
import { type CellPair, total } from "./pooled-cells.ts";

/** How many cells may still be drawn for one report: some seconds, or half a minute on a slow machine. */
export class DrawBudget {
  left = 100_000_000;
}

/** A probability that holds for every size of the samples. */
interface ExactTail {
  readonly p: number;
  /** True where the work was cut short: the probability may be smaller than `p`, but not larger. */
  readonly isBounded: boolean;
}

interface TailOptions {
  /** Pearson's, of the samples. */
  readonly statistic: number;
  /** The probability below which it matters. */
  readonly level: number;
  readonly budget: DrawBudget;
}

/** After so many that differ as much, the share is known well enough (Besag and Clifford, 1991). */
const ENOUGH = 20;
/** The part of the level that the test of single cells has; permutations have the rest. */
const CELLS_PART = 0.02;
/** Drawn in one go: some milliseconds. */
const CELLS_A_STEP = 20_000;

/**
 * The probability that a permutation of all rows over the two samples makes them differ as much. Where a single cell is far
 * off for certain, that is enough; else it is the share among random permutations. Each of the two has its part of the level,
 * so both together do not alarm more often than it says. The same samples give the same answer. It is found in steps, between
 * which others may have their turn.
 */
export function* permutationTail(cells: CellPair, options: TailOptions): Generator<undefined, ExactTail> {
  const byCell = singleCellTail(cells) / CELLS_PART;
  if (byCell <= options.level) return { p: byCell, isBounded: false };
  const { p, isBounded } = yield* simulatedTail(cells, options);
  return { p: Math.min(byCell, p / (1 - CELLS_PART), 1), isBounded };
}

/** Of the cell that is furthest off, in either direction, times the number of cells (Bonferroni). */
function singleCellTail({ reference, window }: CellPair): number {
  const [n, drawn] = [total(reference), total(window)];
  const tails = window.map((count, cell) => {
    const inside = count + (reference[cell] ?? 0);
    return hypergeometricTail({ inside, outside: n + drawn - inside, drawn }, count);
  });
  return Math.min(1, 2 * tails.length * smallest(tails));
}

/** Counts in the cells are drawn instead of rows, so it does not matter how many rows there are. */
function* simulatedTail(
  { reference, window }: CellPair,
  { statistic, level, budget }: TailOptions,
): Generator<undefined, ExactTail> {
  const [n, m] = [total(reference), total(window)];
  const drawn = Math.min(n, m);
  const sums = window.map((count, cell) => count + (reference[cell] ?? 0));
  const random = randomOf([...reference, ...window]);
  const scale = 1 + drawn / Math.max(n, m);
  const wanted = Math.ceil(ENOUGH / level);
  const rounds = Math.min(wanted, Math.floor(budget.left / sums.length));
  const roundsAStep = Math.ceil(CELLS_A_STEP / sums.length);
  // What differs by the rounding of a sum is as far.
  const asFarAs = (statistic / scale) * (1 - 1e-9);
  let asFar = 0;
  let round = 0;
  while (round < rounds && asFar < ENOUGH) {
    round += 1;
    if (drawnDistance(sums, { all: n + m, drawn, random }) >= asFarAs) asFar += 1;
    if (round % roundsAStep === 0) yield;
  }
  budget.left -= round * sums.length;
  if (asFar === ENOUGH) return { p: ENOUGH / round, isBounded: false };
  return { p: (asFar + 1) / (round + 1), isBounded: round < wanted };
}

/** How far a random sample is from what is expected of it. */
function drawnDistance(
  sums: readonly number[],
  { all, drawn, random }: { readonly all: number; readonly drawn: number; readonly random: () => number },
): number {
  let [rest, left, distance] = [all, drawn, 0];
  for (const inside of sums) {
    rest -= inside;
    const count = rest === 0 ? left : drawHypergeometric({ inside, outside: rest, drawn: left }, random);
    left -= count;
    const expected = (inside * drawn) / all;
    distance += (count - expected) ** 2 / expected;
  }
  return distance;
}

/** Numbers from 0 to 1, by Doty-Humphrey's sfc32, begun with the counts. */
function randomOf(counts: readonly number[]): () => number {
  let a = counts.reduce((hash, count) => Math.imul(hash ^ count, 0x01000193), 0x811c9dc5);
  let [b, c, d] = [0x9e3779b9 | 0, 0x243f6a88, 1];
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round += 1) next();
  return next;
}
