import { aggregatesFor, withComputed } from "./with-computed.ts";
import { missingColumn } from "./missing-column.ts";
import type { KeyIndex } from "./key-index.ts";
import { columnsFor } from "./columns-for.ts";
import { keyedSource } from "./keyed-source.ts";
import { pointInTime, type Moments } from "./point-in-time.ts";
import type { SourceRows } from "./source-spec.ts";
import type { AggregateSpec, ViewSpec } from "./view-spec.ts";

/**
 * The values of some features of a view, one a moment.
 *
 * @param names - of features of the view
 * @throws MillraceError for a source that has not what is needed, or a value that cannot be used
 */
export async function historical(
  view: ViewSpec,
  names: readonly string[],
  { index, ...asked }: Omit<Moments, "count"> & { readonly index: KeyIndex },
): Promise<Map<string, readonly unknown[]>> {
  const aggregates = aggregatesFor(view, names);
  const source = keyedSource(view, await rowsFor(view, aggregates), (rows) => index.find(rows));
  const found = pointInTime(view, aggregates, { source, moments: { ...asked, count: index.size } });
  return withComputed(view, names, { found, length: asked.keys.length });
}

async function rowsFor(view: ViewSpec, aggregates: ReadonlyMap<string, AggregateSpec>): Promise<SourceRows> {
  const columns = columnsFor(view, aggregates);
  const rows = await view.source.read(columns);
  const isThere = (name: string) => rows.columns.has(name) || rows.instants?.has(name) === true;
  const missing = [...columns.values, ...columns.clocks].find((name) => !isThere(name));
  if (missing !== undefined) throw missingColumn(view, { missing, names: rows.names });
  return rows;
}
