import { type Homogeneity, homogeneity, probabilityOf } from "./homogeneity.ts";
import { DrawBudget } from "./permutation-tail.ts";
import { total } from "./pooled-cells.ts";
import type { CountedColumn, TableCounts } from "./table-counts.ts";

/** How far a column went from the reference. */
export interface ColumnDrift {
  /** `input.age`, `output`, `output.score`. */
  readonly column: string;
  readonly kind: CountedColumn["kind"];
  /** Of the whole report: the probability that chance alone shows so large a difference in any of its columns. */
  readonly p: number;
  readonly isDrifted: boolean;
  /** True where the work was cut short: the probability may be smaller than `p`, but not larger. */
  readonly isBounded: boolean;
  /** Population stability index, less what chance makes of it: how large the difference is, whatever the number of rows. */
  readonly psi: number;
  readonly effect: "none" | "tiny" | "small" | "moderate" | "large";
  /** Of numbers: how far the mean moved, in standard deviations of the reference. */
  readonly shift: number | null;
  readonly reference: ColumnFacts;
  readonly window: ColumnFacts;
}

export interface ColumnFacts {
  readonly rows: number;
  /** Rows without a value. */
  readonly missing: number;
  /** Of numbers. */
  readonly mean: number | null;
  /** The most frequent values and their share of the rows. */
  readonly top: readonly (readonly [value: string, share: number])[];
}

/** Fewer rows tell nothing. */
export const LEAST_ROWS = 20;
const TOP_VALUES = 3;

interface Tested {
  readonly name: string;
  readonly column: CountedColumn;
  readonly p: number;
  readonly isBounded: boolean;
  readonly psi: number;
}

/**
 * Compares all columns of a report. `falseAlarms` is the probability that a report has any drifted column although nothing
 * changed: each column has its share of it (Holm's steps with Šidák's bound). It is found in steps, between which others may have their
 * turn.
 */
export function* compareColumns(
  tables: readonly { readonly name: string; readonly counts: TableCounts | null }[],
  falseAlarms: number,
): Generator<undefined, ColumnDrift[]> {
  const columns = tables.flatMap(({ name, counts }) =>
    counts === null ? [] : counts.columns().map((column) => ({ name: nameOf(name, column.path), column })),
  );
  const comparable = columns.filter(
    ({ column }) => Math.min(total(column.reference), total(column.window)) >= LEAST_ROWS,
  );
  const differing = comparable.flatMap(({ name, column }) => {
    const found = homogeneity(column, { isOrdered: column.kind === "number" });
    return found === null ? [] : [{ name, column, found }];
  });
  // Those that can differ at all are known from the sum of both samples, so that to leave out the others is no choice by what
  // is seen. That holds for permutations alone.
  const level = 1 - (1 - falseAlarms) ** (1 / Math.max(differing.length, 1));
  return stepped(yield* testedOf(differing, { level, falseAlarms })).map((one) => driftOf(one, falseAlarms));
}

/** What looks most significant has the work first. */
function* testedOf(
  differing: readonly (Pick<Tested, "name" | "column"> & { readonly found: Homogeneity })[],
  { level, falseAlarms }: { readonly level: number; readonly falseAlarms: number },
): Generator<undefined, Tested[]> {
  const budget = new DrawBudget();
  const tested: Tested[] = [];
  for (const { name, column, found } of [...differing].sort((a, b) => a.found.tail - b.found.tail)) {
    const probability = yield* probabilityOf(found, { level, lastLevel: falseAlarms, budget });
    tested.push({ name, column, psi: found.psi, ...probability });
  }
  return tested;
}

/** The most significant first, each with its probability among those that are left. */
function stepped(tested: readonly Tested[]): Tested[] {
  let least = 0;
  return [...tested]
    .sort((a, b) => a.p - b.p)
    .map((one, at) => {
      least = Math.max(least, -Math.expm1((tested.length - at) * Math.log1p(-Math.min(one.p, 1 - 1e-16))));
      return { ...one, p: least };
    });
}

function driftOf({ name, column, p, isBounded, psi }: Tested, falseAlarms: number): ColumnDrift {
  const { kind, sketch, mean } = column;
  const before = sketch?.kind === "number" ? sketch : null;
  // Divided first: the difference of two large numbers may be too large for one.
  const shift =
    before === null || mean === null ? null : finite(mean / before.deviation - before.mean / before.deviation);
  return {
    ...{ column: name, kind, p, isDrifted: p <= falseAlarms, isBounded, psi, effect: effectOf(psi), shift },
    reference: factsOf(column, column.reference, before?.mean ?? null),
    window: factsOf(column, column.window, mean),
  };
}

function factsOf({ values }: CountedColumn, counts: readonly number[], mean: number | null): ColumnFacts {
  const rows = total(counts);
  const top = values
    .map((value, at): [string, number] => [value, (counts[at] ?? 0) / rows])
    .sort(([, a], [, b]) => b - a)
    .slice(0, TOP_VALUES);
  return { rows, missing: counts.at(-1) ?? 0, mean, top: top.filter(([, share]) => share > 0) };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** The customary bounds of the index, with one more for what only a great many rows show. */
function effectOf(psi: number): ColumnDrift["effect"] {
  if (psi === 0) return "none";
  if (psi < 0.02) return "tiny";
  if (psi < 0.1) return "small";
  return psi < 0.25 ? "moderate" : "large";
}

function nameOf(table: string, path: string): string {
  return path === "" || /^[[.]/.test(path) ? `${table}${path}` : `${table}.${path}`;
}
