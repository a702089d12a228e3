import { chiSquareTail } from "./chi-square-tail.ts";
import { type DrawBudget, permutationTail } from "./permutation-tail.ts";
import { type CellPair, pooledCells, type PoolOptions, total } from "./pooled-cells.ts";

/** How two samples differ that were counted in the same cells. */
export interface Homogeneity {
  /** Those that are large enough to compare. */
  readonly cells: CellPair;
  /** Pearson's. */
  readonly statistic: number;
  /** Probability that samples of one distribution differ at least this much, as if there were infinitely many rows. */
  readonly tail: number;
  /** Population stability index, less what chance alone makes of it at these sizes. */
  readonly psi: number;
}

/** Where five leave only one cell, as of few rows with few values, one is enough: an alarm is up to permutations anyway. */
const LEAST = [5, 1];
/** With five expected in each cell the chi-square distribution does not make probabilities larger by more than this. */
const BAND = 5;

/**
 * How far two samples, counted in cells, are from being of one distribution: Pearson's test.
 * @returns null where there is nothing to compare: all is in one cell
 */
export function homogeneity(pair: CellPair, { isOrdered }: Pick<PoolOptions, "isOrdered">): Homogeneity | null {
  const cells = LEAST.map((least) => pooledCells(pair, { isOrdered, least })).find(
    ({ reference }) => reference.length > 1,
  );
  if (cells === undefined) return null;
  const statistic = pearson(cells);
  return { cells, statistic, tail: chiSquareTail(statistic, cells.reference.length - 1), psi: psiOf(cells) };
}

interface ProbabilityOptions {
  /** The probability below which it matters, where it is the smallest of several. */
  readonly level: number;
  /**
   * The same where it is the largest of them.
   * @defaultValue level
   */
  readonly lastLevel?: number;
  readonly budget: DrawBudget;
}

/**
 * The probability that samples of one distribution differ at least this much. Where it may matter it is that among
 * permutations of the rows, which holds for every size: in its far tail the chi-square distribution is off many times over. It is found in steps, between which others may have their turn.
 */
export function* probabilityOf(
  { cells, statistic, tail }: Homogeneity,
  { level, lastLevel = level, budget }: ProbabilityOptions,
): Generator<undefined, { readonly p: number; readonly isBounded: boolean }> {
  if (tail > lastLevel * BAND) return { p: tail, isBounded: false };
  return yield* permutationTail(cells, { statistic, level, budget });
}

function pearson({ reference, window }: CellPair): number {
  const [n, m] = [total(reference), total(window)];
  return window.reduce((sum, count, cell) => {
    const both = count + (reference[cell] ?? 0);
    const expected = (both * m) / (n + m);
    return sum + ((count - expected) ** 2 / expected) * (1 + m / n);
  }, 0);
}

/** Half a row is added to each cell: one that is empty in one sample would make it infinite. */
function psiOf({ reference, window }: CellPair): number {
  const [n, m] = [total(reference), total(window)];
  const cells = reference.length;
  const share = (count: number, of: number) => (count + 0.5) / (of + cells / 2);
  const raw = window.reduce((sum, count, cell) => {
    const [now, before] = [share(count, m), share(reference[cell] ?? 0, n)];
    return sum + (now - before) * Math.log(now / before);
  }, 0);
  return Math.max(raw - (cells - 1) * (1 / n + 1 / m), 0);
}
