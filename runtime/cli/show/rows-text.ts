import { types } from "node:util";
import { cellText, rowsOf, type Rows } from "../../text/rows-of.ts";
import { tableText } from "./table-text.ts";

export interface RowsTextOptions {
  readonly maxRows: number;
  readonly styleHeader: (text: string) => string;
}

/** Columns that a terminal has room for; `--json` has all. */
const MAX_COLUMNS = 30;
const MAX_CELL_CHARS = 60;

/** The first rows of a table or of an array of flat objects, as an aligned table; null for other values. */
export function rowsText(value: unknown, { maxRows, styleHeader }: RowsTextOptions): string | null {
  const rows = Array.isArray(value) || isTable(value) ? rowsOf(value) : null;
  if (rows === null) return null;
  const shown = Array.from({ length: Math.min(rows.count, maxRows) }, (_, row) => row);
  const columns = rows.columns.slice(0, MAX_COLUMNS);
  // What a cell would hide is shown as a tree.
  if (Array.isArray(value) && !shown.every((row) => columns.every((column) => isFlat(rows.cell(row, column)))))
    return null;
  const text = tableText({
    header: ["", ...columns],
    right: [0, ...numbersIn(rows, { shown, columns })],
    styleHeader,
    rows: shown.map((row) => [String(row), ...columns.map((column) => cut(cellText(rows.cell(row, column))))]),
  });
  const left = [
    ...(rows.count > shown.length ? [`the first ${shown.length} of ${rows.count} rows`] : []),
    ...(rows.columns.length > columns.length ? [`the first ${columns.length} of ${rows.columns.length} columns`] : []),
  ];
  return left.length === 0 ? text : `${text}\n${left.join(", ")}; --max-rows shows more`;
}

/** Of Arrow, whichever copy of the library made it. */
function isTable(value: unknown): boolean {
  return typeof value === "object" && value !== null && "numRows" in value;
}

function isFlat(cell: unknown): boolean {
  return typeof cell !== "object" || cell === null || types.isDate(cell);
}

function numbersIn(
  rows: Rows,
  { shown, columns }: { shown: readonly number[]; columns: readonly string[] },
): readonly number[] {
  return columns.flatMap((column, at) =>
    shown.every((row) => ["number", "bigint", "undefined"].includes(typeof rows.cell(row, column))) ? [at + 1] : [],
  );
}

function cut(text: string): string {
  return text.length > MAX_CELL_CHARS ? `${text.slice(0, MAX_CELL_CHARS - 1)}…` : text;
}
