import { type ColumnDrift, compareColumns } from "../../runtime/monitoring/compare-columns.ts";
import { finishSteps } from "../../runtime/monitoring/finish-steps.ts";
import { TableCounts } from "../../runtime/monitoring/table-counts.ts";
import { sketchTable } from "../../runtime/sketch/sketch-table.ts";

/** Seeded: the same numbers on every machine. */
export function randomOf(seed: number) {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

export type Random = ReturnType<typeof randomOf>;
export type RowMaker = (random: Random) => unknown;

export function rowsOf(random: Random, { count, row }: { count: number; row: RowMaker }): unknown[] {
  return Array.from({ length: count }, () => row(random));
}

export function compare(reference: unknown[], window: unknown[], falseAlarms = 0.01): ColumnDrift[] {
  const counts = new TableCounts(sketchTable(reference));
  for (const row of window) counts.add(row);
  return finishSteps(compareColumns([{ name: "input", counts }], falseAlarms));
}

export function isAlarm(drifts: readonly ColumnDrift[]): boolean {
  return drifts.some(({ isDrifted }) => isDrifted);
}

/** Numbers of several shapes, with ties and holes, and words, frequent and rare. */
export const mixed: RowMaker = ({ normal, uniform }) => ({
  ...{ age: normal(), income: Math.exp(normal()), visits: Math.floor(-Math.log(1 - uniform()) * 3) },
  ...{ score: uniform() < 0.1 ? null : uniform(), member: uniform() < 0.3, zero: uniform() < 0.7 ? 0 : normal() },
  ...{ plan: ["basic", "plus", "pro"][Math.floor(uniform() * 3)], city: `city${Math.floor(uniform() ** 3 * 200)}` },
  nested: { depth: normal() },
  // Hardly any row has it.
  ...(uniform() < 0.03 ? { refund: normal() } : {}),
});
export const numbers: RowMaker = ({ normal }) =>
  Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [name, normal()]));
/** Many columns whose values are mostly one, as counts are. */
export const wide: RowMaker = ({ uniform }) =>
  Object.fromEntries(
    Array.from({ length: 200 }, (_, at) => [`c${at}`, uniform() < 0.9 ? 0 : Math.ceil(uniform() * 9)]),
  );
