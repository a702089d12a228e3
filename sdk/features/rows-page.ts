import { inspect } from "node:util";
import { markup } from "../../runtime/render/html.ts";
import { visibleLine } from "../base/visible.ts";
import { page } from "../client/display/page.ts";
import type { MimeBundle } from "../client/mime-bundle.ts";
import { htmlTable } from "./html-table.ts";

const [MAX_ROWS, MAX_COLUMNS, MAX_CHARS] = [50, 30, 80];

/** The first rows and columns of a training set, or of what was looked up; what is left out is counted. */
export function rowsPage(rows: readonly object[]): MimeBundle {
  if (rows.length === 0) return page({ text: "no row", body: markup`<div class="dim">no row</div>` });
  const shown = rows.slice(0, MAX_ROWS);
  const names = [...new Set(shown.flatMap((row) => Object.keys(row)))];
  const header = names.slice(0, MAX_COLUMNS);
  const cells = shown.map((row) => header.map((name) => cellText((row as Record<string, unknown>)[name])));
  const titles = header.map((name) => visibleLine(cut(name)));
  const left = [...leftOut(rows.length - shown.length, "row"), ...leftOut(names.length - header.length, "column")];
  const text = [titles, ...cells].map((line) => line.join("  "));
  return page({
    text: [...text, ...left].join("\n"),
    body: markup`${htmlTable(titles, cells)}${left.map((line) => markup`<div class="dim">${line}</div>`)}`,
  });
}

function leftOut(count: number, what: string): readonly string[] {
  return count > 0 ? [`… and ${count.toLocaleString("en-US")} more ${what}${count === 1 ? "" : "s"}`] : [];
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  const text = typeof value === "string" ? cut(value) : inspect(value, { depth: 1, breakLength: Infinity, ...LIMITS });
  return visibleLine(cut(text));
}

const LIMITS = { maxArrayLength: 8, maxStringLength: MAX_CHARS } as const;

function cut(text: string): string {
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS - 1)}…` : text;
}
