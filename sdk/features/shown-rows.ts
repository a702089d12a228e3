import { DISPLAY } from "../client/mime-bundle.ts";

/**
 * Rows that a notebook shows as a table.
 *
 * @returns the same array, in which nothing that can be listed is new
 */
export function shownRows<Row extends object>(rows: Row[]): Row[] {
  const show = async () => (await import("./rows-page.ts")).rowsPage(rows);
  return Object.defineProperty(rows, DISPLAY, { value: show });
}
