import { types } from "node:util";
import type { Table } from "apache-arrow";
import { isRecord } from "../../../../sdk/base/is-record.ts";
import type { Column, SourceColumns, SourceRows } from "../source-spec.ts";
import { rowsOfTables } from "./read-arrow.ts";
import { readRows } from "./read-rows.ts";

/**
 * Rows of a value that is a table: a list of objects, an Arrow table, or columns of equal length.
 *
 * @param title - as an error names it
 * @returns null for a value that is none
 */
export function readTable(value: unknown, wanted: SourceColumns, title: string): SourceRows | null {
  if (Array.isArray(value)) return listed(value, wanted, title);
  if (isArrow(value)) return rowsOfTables([{ file: title, table: value }], wanted);
  return columnsOf(value, wanted, title);
}

function listed(value: readonly unknown[], wanted: SourceColumns, title: string): SourceRows | null {
  if (value.some((row) => typeof row !== "object" || row === null)) return null;
  const rows = readRows(value as readonly object[], wanted);
  return { ...rows, where: (row) => `${title}, ${rows.where(row)}` };
}

/** Of whatever version and copy of the library. */
function isArrow(value: unknown): value is Table {
  const { schema, numRows, getChild } = (value ?? {}) as Partial<Table>;
  return typeof numRows === "number" && typeof getChild === "function" && Array.isArray(schema?.fields);
}

function columnsOf(value: unknown, wanted: SourceColumns, title: string): SourceRows | null {
  if (!isRecord(value)) return null;
  const columns = new Map<string, Column>();
  let length: number | null = null;
  for (const [name, list] of Object.entries(value)) {
    if (!Array.isArray(list) && !types.isTypedArray(list)) return null;
    length ??= list.length;
    if (list.length !== length) return null;
    columns.set(name, list as Column);
  }
  if (length === null) return null;
  const there = [...wanted.values, ...wanted.clocks].filter((name) => columns.has(name));
  return {
    length,
    columns: new Map(there.map((name) => [name, columns.get(name)!])),
    names: [...columns.keys()],
    where: (row) => `${title}, row ${row}`,
  };
}
