import type { Column } from "../source-spec.ts";

/** What goes into a snapshot. */
export interface SnapshotRows {
  /** In no particular order; each once. */
  readonly keys: readonly string[];
  /** Values by feature, one a key. */
  readonly columns: ReadonlyMap<string, Column>;
  /** Values of a key that has no rows, by feature. */
  readonly empty: ReadonlyMap<string, number | null>;
}

/** Without the keys that say no more than a key without rows: what is told of them would hang on which rows were read. */
export function rowsThatTell({ keys, columns, empty }: SnapshotRows): SnapshotRows {
  const all = [...columns].map(([name, column]) => ({ column, without: empty.get(name) ?? null }));
  const told: number[] = [];
  for (let row = 0; row < keys.length; row += 1)
    if (all.some(({ column, without }) => !Object.is(column[row] ?? null, without))) told.push(row);
  return {
    keys: told.map((row) => keys[row]!),
    columns: new Map([...columns].map(([name, column]) => [name, told.map((row) => column[row])])),
    empty,
  };
}
