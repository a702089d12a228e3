import { instantsOf } from "./instants-of.ts";
import type { Clocks } from "./key-walk.ts";
import type { SourceRows } from "./source-spec.ts";
import type { ViewSpec } from "./view-spec.ts";

/** The rows of a source, with their keys and clocks read. */
export interface KeyedSource {
  readonly rows: SourceRows;
  readonly clocks: Clocks;
  /** Of each row the number of its key. */
  readonly keys: Int32Array;
}

/** @throws MillraceError for an instant or a key that cannot be used, with its row */
export function keyedSource(
  { source }: ViewSpec,
  rows: SourceRows,
  keysOf: (rows: SourceRows & { readonly isText: boolean }) => Int32Array,
): KeyedSource {
  const where = (row: number) => rows.where(row);
  const { length, columns, names } = rows;
  const instants = (name: string) =>
    instantsOf((rows.instants?.get(name) ?? columns.get(name))!, { name, length, title: source.title, where });
  const event = instants(source.event);
  const created = source.created === null ? event : instants(source.created);
  return { rows, clocks: { event, created }, keys: keysOf({ length, columns, names, isText: source.isText, where }) };
}
