import { isOfNumbers } from "../aggregates/aggregate-of.ts";
import { columnsFor } from "../columns-for.ts";
import { KeyIndex } from "../key-index.ts";
import { keyedSource } from "../keyed-source.ts";
import { missingColumn } from "../missing-column.ts";
import { numberColumn } from "../number-column.ts";
import type { Column, SourceRows } from "../source-spec.ts";
import type { AggregateSpec, ViewSpec } from "../view-spec.ts";
import type { Extract } from "./extract.ts";

/** Which columns an extract has, and how each was read: extracts of the same text and bytes are equal. */
export function extractLayout(view: ViewSpec, aggregates: ReadonlyMap<string, AggregateSpec>): string {
  const { entity, source } = view;
  const uses = [...usesOf(aggregates)].map(([column, { number, isRaw }]) => [column, number !== null, isRaw]);
  const { kind, event, created, isText } = source;
  return JSON.stringify({ format: 1, keys: [...entity.keys], kind, event, created, isText, uses });
}

/**
 * Reads of a part of a source what a view needs, and refuses what cannot be used while its place is known.
 *
 * @param file - that the rows come from; null where they come from none
 * @throws MillraceError `MILLRACE_FEATURE`
 */
export async function extractRows(
  view: ViewSpec,
  aggregates: ReadonlyMap<string, AggregateSpec>,
  file: string | null,
): Promise<Extract> {
  const wanted = columnsFor(view, aggregates);
  const rows = await view.source.read(wanted, file === null ? null : [file]);
  const title = file ?? view.source.title;
  const noClock = wanted.clocks.find((name) => !rows.columns.has(name) && rows.instants?.has(name) !== true);
  if (noClock !== undefined) throw missingColumn(view, { missing: noClock, names: rows.names, title });
  const index = new KeyIndex(view.entity);
  const missing = [...view.entity.keys.keys()].filter((name) => !rows.columns.has(name));
  const source = keyedSource(view, withColumns(rows, missing), (all) => index.take(all));
  const columns = new Map<string, Column>();
  for (const [name, { number, isRaw }] of usesOf(aggregates)) {
    const column = rows.columns.get(name);
    if (column === undefined) continue;
    const read = number === null ? null : readNumbers(view, rows, { name, use: number });
    columns.set(name, isRaw || read === null ? column : read);
  }
  const { event, created } = source.clocks;
  return { length: rows.length, keys: index.texts(), ids: source.keys, event, created, columns, names: rows.names };
}

interface Uses {
  /** The first feature that needs its numbers, as an error names it; null for none. */
  readonly number: string | null;
  /** A feature needs its values as they are. */
  readonly isRaw: boolean;
}

function usesOf(aggregates: ReadonlyMap<string, AggregateSpec>): ReadonlyMap<string, Uses> {
  const uses = new Map<string, Uses>();
  for (const [feature, { name, column }] of aggregates) {
    if (column === null) continue;
    const { number, isRaw } = uses.get(column) ?? { number: null, isRaw: false };
    const isNumber = isOfNumbers(name);
    uses.set(column, { number: number ?? (isNumber ? `${name} ${feature}` : null), isRaw: isRaw || !isNumber });
  }
  return uses;
}

function readNumbers(view: ViewSpec, rows: SourceRows, { name, use }: { name: string; use: string }): Column {
  const numbers = numberColumn(rows, { name, isText: view.source.isText, use: `${use} of ${view.name}` });
  const { values } = numbers;
  return values.some((_, row) => numbers.isMissing(row))
    ? Array.from(values, (value, row) => (numbers.isMissing(row) ? null : value))
    : values;
}

/** What this part has not is missing in each of its rows. */
function withColumns(rows: SourceRows, missing: readonly string[]): SourceRows {
  const empty = new Array<unknown>(rows.length);
  const columns = new Map([...rows.columns, ...missing.map((name) => [name, empty] as const)]);
  const { length, instants, names } = rows;
  return {
    ...{ length, columns, names, where: (row: number) => rows.where(row) },
    ...(instants === undefined ? {} : { instants }),
  };
}
