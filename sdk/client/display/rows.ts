import { types } from "node:util";
import { previewText } from "../../../runtime/text/preview-text.ts";
import { type Html, markup, table } from "./html.ts";

/** A value that is a table: rows of an array, an Arrow table, columns of equal length. */
export interface Rows {
  readonly columns: readonly string[];
  readonly count: number;
  cell(row: number, column: string): unknown;
}

const MAX_ROWS = 50;
const MAX_COLUMNS = 30;
/** So many rows say what the columns are. */
const SAMPLED_ROWS = 200;

export function rowsView({ columns, count, cell }: Rows): Html {
  const shown = columns.slice(0, MAX_COLUMNS);
  const length = Math.min(count, MAX_ROWS);
  const rows = Array.from({ length }, (_, row) => [row, ...shown.map((column) => textOf(cell(row, column)))]);
  const isNumber = (column: string) =>
    Array.from({ length }, (_, row) => cell(row, column)).every((value) => typeof value === "number");
  const right = shown.flatMap((column, at) => (isNumber(column) ? [at + 1] : []));
  const size = `${count} rows, ${columns.length} columns`;
  const cut =
    count > length || columns.length > shown.length ? `; the first ${length} and ${shown.length} of them` : "";
  return markup`<div class="scroll">${table(["", ...shown], rows, [0, ...right])}</div>
    <div class="dim">${size}${cut}</div>`;
}

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

function textOf(value: unknown): string {
  if (typeof value === "string") return value.length > 200 ? `${value.slice(0, 199)}…` : value;
  if (value === undefined) return "";
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (types.isDate(value) && !Number.isNaN(value.getTime())) return value.toISOString();
  return previewText(value, { maxDepth: null, hasColors: false });
}
