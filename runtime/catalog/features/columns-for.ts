import { missingColumn } from "./missing-column.ts";
import type { SourceColumns, SourceRows } from "./source-spec.ts";
import type { AggregateSpec, ViewSpec } from "./view-spec.ts";

/** The columns that a source has to give for these aggregates. */
export function columnsFor(
  { source, entity }: Pick<ViewSpec, "source" | "entity">,
  aggregates: ReadonlyMap<string, AggregateSpec>,
): SourceColumns {
  const clocks = source.created === null ? [source.event] : [source.event, source.created];
  const values = [...aggregates.values()].flatMap(({ column }) => (column === null ? [] : [column]));
  return { values: [...new Set([...entity.keys.keys(), ...values])], clocks };
}

/** @throws MillraceError for rows without a column that is needed */
export function checkedRows(view: ViewSpec, { values, clocks }: SourceColumns, rows: SourceRows): SourceRows {
  const isThere = (name: string) => rows.columns.has(name) || rows.instants?.has(name) === true;
  const missing = [...values, ...clocks].find((name) => !isThere(name));
  if (missing !== undefined) throw missingColumn(view, { missing, names: rows.names });
  return rows;
}
