import { cellText } from "../../../text/rows-of.ts";
import { type Check, count, fields, list, orNull, text } from "../../../datastore/shapes/checks.ts";
import type { TableData } from "../../../../sdk/cards/table.ts";
import { markup, table } from "../../html.ts";
import { NOTHING } from "../../parts.ts";
import type { CardPart } from "../card-part.ts";

const MAX_ROWS = 1000;
const MAX_COLUMNS = 60;

const anyCell: Check = () => null;
const row = list(anyCell);

export const tablePart: CardPart<TableData> = {
  kind: "table",
  check: fields({ columns: list(text), rows: list(row), of: orNull(count) }),
  grows: {
    check: row,
    add: (data, items) => ({ ...data, rows: [...data.rows, ...(items as readonly (readonly unknown[])[])] }),
  },
  style: ".millrace .rows{max-height:420px;overflow:auto;max-width:100%}",
  draw({ columns, rows, of }) {
    const shownColumns = columns.slice(0, MAX_COLUMNS);
    const shown = rows.slice(0, MAX_ROWS);
    const right = shownColumns.flatMap((_, at) => (shown.every((one) => isNumberOrMissing(one[at])) ? [at] : []));
    const cells = shown.map((one) => shownColumns.map((_, at) => cellOf(one[at])));
    const notes = [
      ...(of === null ? [] : [`a sample: ${rows.length} of ${of} rows, as the whole table has more than 10 MB`]),
      ...(rows.length > shown.length ? [`the first ${shown.length} of ${rows.length} rows`] : []),
      ...(columns.length > shownColumns.length
        ? [`the first ${shownColumns.length} of ${columns.length} columns`]
        : []),
    ];
    return markup`<div class="rows">${table(shownColumns, cells, right)}</div>${notes.length === 0 ? NOTHING : markup`<div class="dim">${notes.join("; ")}</div>`}`;
  },
};

function isNumberOrMissing(value: unknown): boolean {
  return typeof value === "number" || value === null || value === undefined;
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value).slice(0, 1000) : cellText(value);
}
