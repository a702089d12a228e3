import { visibleLine } from "../../../sdk/base/visible.ts";
import { textWidth } from "../../text/text-width.ts";
import { unpainted } from "../on-screen.ts";

export interface TextTableOptions {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns whose cells end at the same place: numbers. */
  readonly right?: readonly number[];
  readonly indent?: string;
  /** Gives the header its looks. */
  readonly styleHeader?: (text: string) => string;
}

/** Aligned columns, two spaces apart; a column without any content is left out. Cells may be painted. */
export function tableText({ header, rows, right = [], indent = "", styleHeader = String }: TextTableOptions): string {
  const columns = header.map((_, column) => column).filter((column) => rows.some((row) => (row[column] ?? "") !== ""));
  // What a cell holds cannot begin another row.
  const all = [header.map(styleHeader), ...rows.map((row) => row.map((cell) => cell.replace(/[\n\t]/g, visibleLine)))];
  const widths = header.map((_, column) => all.reduce((width, row) => Math.max(width, widthOf(row[column] ?? "")), 0));
  const lines = all.map((row) =>
    columns.map((column) => padded(row[column] ?? "", { width: widths[column] ?? 0, isRight: right.includes(column) })),
  );
  return lines.map((cells) => (indent + cells.join("  ")).trimEnd()).join("\n");
}

function padded(cell: string, { width, isRight }: { width: number; isRight: boolean }): string {
  const space = " ".repeat(Math.max(width - widthOf(cell), 0));
  return isRight ? space + cell : cell + space;
}

function widthOf(cell: string): number {
  return textWidth(unpainted(cell));
}
