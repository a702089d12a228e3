import { cellText, type Rows } from "../text/rows-of.ts";
import { type Html, markup, table } from "./html.ts";

const MAX_ROWS = 50;
const MAX_COLUMNS = 30;

export function rowsView({ columns, count, cell }: Rows): Html {
  const shown = columns.slice(0, MAX_COLUMNS);
  const length = Math.min(count, MAX_ROWS);
  const rows = Array.from({ length }, (_, row) => [row, ...shown.map((column) => cellText(cell(row, column)))]);
  const isNumber = (column: string) =>
    Array.from({ length }, (_, row) => cell(row, column)).every((value) => typeof value === "number");
  const right = shown.flatMap((column, at) => (isNumber(column) ? [at + 1] : []));
  const size = `${count} rows, ${columns.length} columns`;
  const cut =
    count > length || columns.length > shown.length ? `; the first ${length} and ${shown.length} of them` : "";
  return markup`<div class="scroll">${table(["", ...shown], rows, [0, ...right])}</div>
    <div class="dim">${size}${cut}</div>`;
}
