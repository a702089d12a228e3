import { type Html, markup } from "../../runtime/render/html.ts";

/** Cells as they are, under their titles. */
export function htmlTable(header: readonly string[], rows: readonly (readonly string[])[]): Html {
  return markup`<table><tr>${header.map((title) => markup`<th>${title}</th>`)}</tr>${rows.map(
    (cells) => markup`<tr>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`,
  )}</table>`;
}
