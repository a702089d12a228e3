import { chiSquareTail } from "./chi-square-tail.ts";
import { type CellPair, pooledCells, type PoolOptions, total } from "./pooled-cells.ts";
import { permutationTail } from "./permutation-tail.ts";

interface Homogeneity {
  /** Probability that samples of one distribution differ at least this much. */
  readonly p: number;
  /** Population stability index, less what chance alone makes of it at these sizes. */
  readonly psi: number;
}

const LEAST = { simulated: 5, asymptotic: 20 };
const MOST_SIMULATED = 5_000;
const MOST_POOLED = 2_000_000;
/** The chi-square distribution is not further off than this, with five expected in each cell. */
const BAND = 5;

/**
 * Whether two samples, counted in cells, are of one distribution: Pearson's test. Where cells are small and the answer is
 * close, the probability is that among permutations of the rows, which holds for every size.
 * @param options - `level`: the probability below which it matters
 * @returns null where there is nothing to compare: all is in one cell
 */
export function homogeneity(
  pair: CellPair,
  { isOrdered, level }: Pick<PoolOptions, "isOrdered"> & { readonly level: number },
): Homogeneity | null {
  const [n, m] = [total(pair.reference), total(pair.window)];
  const isSmall = Math.min(n, m) <= MOST_SIMULATED && n + m <= MOST_POOLED;
  const cells = pooledCells(pair, { isOrdered, least: isSmall ? LEAST.simulated : LEAST.asymptotic });
  if (cells.reference.length < 2) return null;
  const statistic = pearson(cells);
  const p = chiSquareTail(statistic, cells.reference.length - 1);
  const isClose = p < level * BAND && p > level / BAND;
  const isExact = leastExpected(cells) >= LEAST.asymptotic;
  return { p: isClose && isSmall && !isExact ? permutationTail(cells, { statistic, level }) : p, psi: psiOf(cells) };
}

function pearson({ reference, window }: CellPair): number {
  const [n, m] = [total(reference), total(window)];
  return window.reduce((sum, count, cell) => {
    const both = count + (reference[cell] ?? 0);
    const expected = (both * m) / (n + m);
    return sum + ((count - expected) ** 2 / expected) * (1 + m / n);
  }, 0);
}

function leastExpected({ reference, window }: CellPair): number {
  const [n, m] = [total(reference), total(window)];
  const sums = window.map((count, cell) => count + (reference[cell] ?? 0));
  return (sums.reduce((least, sum) => Math.min(least, sum), Infinity) * Math.min(n, m)) / (n + m);
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
