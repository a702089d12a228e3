import { types } from "node:util";
import { previewText } from "./preview-text.ts";

/** A value that is a table: rows of an array, an Arrow table, columns of equal length. */
export interface Rows {
  readonly columns: readonly string[];
  readonly count: number;
  cell(row: number, column: string): unknown;
}

/** This many rows say what the columns are. */
const SAMPLED_ROWS = 200;

/** Null for a value that is no table. */
export function rowsOf(value: unknown): Rows | null {
  if (Array.isArray(value)) return recordsOf(value);
  if (typeof value !== "object" || value === null) return null;
  return arrowRows(value) ?? columnsOf(value);
}

function recordsOf(rows: readonly unknown[]): Rows | null {
  const isRecords = rows.length > 0 && rows.slice(0, SAMPLED_ROWS).every(isPlain);
  if (!isRecords) return null;
  const columns = [...new Set(rows.slice(0, SAMPLED_ROWS).flatMap((row) => Object.keys(row as object)))];
  if (columns.length === 0) return null;
  return {
    columns,
    count: rows.length,
    cell: (row, column) => (isPlain(rows[row]) ? (rows[row] as Record<string, unknown>)[column] : undefined),
  };
}

/** Arrow's tables, of whatever version and copy of the library. */
function arrowRows(value: object): Rows | null {
  const { schema, numRows, getChild } = value as {
    schema?: { fields?: readonly { name?: unknown }[] };
    numRows?: unknown;
    getChild?: (name: string) => { get(row: number): unknown } | null;
  };
  if (typeof numRows !== "number" || typeof getChild !== "function" || !Array.isArray(schema?.fields)) return null;
  const columns = schema.fields.map(({ name }: { name?: unknown }) => String(name));
  const children = new Map(columns.map((column) => [column, getChild.call(value, column)]));
  return { columns, count: numRows, cell: (row, column) => children.get(column)?.get(row) };
}

/** At least two lists of equal length, as `{ x: Float64Array, y: Float64Array }`. */
function columnsOf(value: object): Rows | null {
  if (!isPlain(value)) return null;
  const columns = Object.entries(value);
  const [first] = columns;
  if (first === undefined || columns.length < 2) return null;
  const lengths = columns.map(([, list]) => (Array.isArray(list) || types.isTypedArray(list) ? list.length : -1));
  const [count = -1] = lengths;
  if (count < 2 || lengths.some((length) => length !== count)) return null;
  const lists = new Map(columns as [string, readonly unknown[]][]);
  return { columns: columns.map(([name]) => name), count, cell: (row, column) => lists.get(column)?.[row] };
}

function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** A cell as text, on one line. */
export function cellText(value: unknown): string {
  if (typeof value === "string") return value.length > 200 ? `${value.slice(0, 199)}…` : value;
  if (value === undefined) return "";
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (types.isDate(value) && !Number.isNaN(value.getTime())) return value.toISOString();
  return previewText(value, { maxDepth: null, hasColors: false });
}
