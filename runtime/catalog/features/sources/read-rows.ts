import { featureError } from "../feature-error.ts";
import { shownValue } from "../shown-value.ts";
import type { Column, SourceColumns, SourceRows } from "../source-spec.ts";

/** Rows that are objects. */
export function readRows(rows: readonly object[], wanted: SourceColumns): SourceRows {
  const names = new Set<string>();
  rows.forEach((row: unknown, at) => {
    if (typeof row !== "object" || row === null) throw featureError(`row ${at} is not an object: ${shownValue(row)}`);
    for (const name in row) names.add(name);
  });
  const there = [...wanted.values, ...wanted.clocks].filter((name) => names.has(name) || rows.length === 0);
  return {
    length: rows.length,
    columns: new Map<string, Column>(
      there.map((name) => [name, rows.map((row) => (row as Record<string, unknown>)[name])]),
    ),
    names: [...names],
    where: (row) => `row ${row}`,
  };
}
