import { rowsOf } from "../../runtime/text/rows-of.ts";
import { LiveComponent, type Growing, type Updatable } from "./live-component.ts";
import { plainData } from "./plain-data.ts";
import { seen } from "./wanted-text.ts";

/** Cells by the name of their column. */
export type TableRow = Readonly<Record<string, unknown>>;

/** Rows as a list of objects, an Arrow table, or lists of equal length by name. */
export type TableRows = readonly TableRow[] | object;

/** Options of {@link table}. */
export interface TableOptions {
  /** Which columns, in this order. @defaultValue all */
  readonly columns?: readonly string[] | undefined;
}

/** As it is stored. */
export interface TableData {
  readonly columns: readonly string[];
  /** A cell for each column. */
  readonly rows: readonly (readonly unknown[])[];
  /** How many rows there were, where these are a sample. */
  readonly of: number | null;
}

/** Larger tables are data of their own: a card shows a sample of them. */
const MAX_BYTES = 10_000_000;
/** This many rows tell how much all of them take. */
const JUDGED_ROWS = 1000;
const MAX_CELL_CHARS = 10_000;

/**
 * A table. One of more than 10 MB is sampled, evenly over its rows, and says so.
 *
 * @example
 * ```ts
 * const scores = table([{ model: "svd", error: 0.91 }]);
 * current.card.append(scores);
 * scores.push({ model: "knn", error: 0.98 });
 * ```
 */
export function table(rows: TableRows, { columns }: TableOptions = {}): Growing<TableRow> & Updatable<TableRows> {
  // Those of the first row that was pushed, where the table began empty.
  let pushedColumns: readonly string[] | null = null;
  const columnsNow = (given: TableRows) => columns ?? rowsOf(given)?.columns ?? pushedColumns ?? [];
  const read = (given: TableRows, pushed: readonly unknown[]) => {
    const first = tableData(given, columnsNow(given));
    return { data: { ...first, rows: [...first.rows, ...(pushed as TableData["rows"])] } };
  };
  const item = (row: TableRow, given: TableRows) => {
    if (typeof row !== "object" || row === null) throw new TypeError(`a row is an object: ${seen(row)}`);
    if (columnsNow(given).length === 0) pushedColumns = Object.keys(row);
    return columnsNow(given).map((column) => cell(row[column]));
  };
  return new LiveComponent({ kind: "table", read, item }, rows);
}

function tableData(given: unknown, columns: readonly string[]): TableData {
  if (Array.isArray(given) && given.length === 0) return { columns, rows: [], of: null };
  const rows = rowsOf(given);
  if (rows === null) throw new TypeError(`a table is a list of objects: ${seen(given)}`);
  const rowAt = (at: number) => columns.map((column) => cell(rows.cell(at, column)));
  const judged = Math.min(rows.count, JUDGED_ROWS);
  let bytes = 0;
  for (let at = 0; at < judged; at++) bytes += JSON.stringify(rowAt(Math.floor((at / judged) * rows.count))).length;
  const most = Math.max(Math.floor(MAX_BYTES / Math.max(bytes / Math.max(judged, 1), 1)), 1);
  const kept = Math.min(rows.count, most);
  const all = Array.from({ length: kept }, (_, at) => rowAt(Math.floor((at / kept) * rows.count)));
  return { columns, rows: all, of: kept < rows.count ? rows.count : null };
}

function cell(value: unknown): unknown {
  const plain = typeof value === "number" && Number.isFinite(value) ? value : plainData(value);
  return typeof plain === "string" && plain.length > MAX_CELL_CHARS ? `${plain.slice(0, MAX_CELL_CHARS)}…` : plain;
}
