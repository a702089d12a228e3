import type { Colors } from "picocolors/types.js";
import { textWidth } from "../../../../text/text-width.ts";
import { unpainted } from "../../../on-screen.ts";
import type { ScreenSize } from "../top-view.ts";

/** Rows of which some can be chosen; only those in sight are asked for. */
export interface ListRows {
  readonly count: number;
  /** What tells a row apart when others come and go; null for one that cannot be chosen. */
  keyOf(at: number): string | null;
  /** Where that row is now; -1 if it is gone. */
  indexOf(key: string): number;
  /** Painted. */
  textOf(at: number, columns: number): string;
}

/** Which row is chosen, and which are in sight. */
export class ListBox {
  readonly #colors: Colors;
  #at = 0;
  #key: string | null = null;
  #top = 0;
  #height = 1;

  constructor(colors: Colors) {
    this.#colors = colors;
  }

  /** The chosen row; null if there is none. */
  chosen(rows: ListRows): number | null {
    this.#find(rows);
    return this.#key === null ? null : this.#at;
  }

  choose(key: string): void {
    this.#key = key;
  }

  /** Moves; false for a key that does not. */
  press(key: string, rows: ListRows): boolean {
    this.#find(rows);
    const page = Math.max(this.#height - 1, 1);
    switch (key) {
      case "j":
      case "down":
        return this.#move(rows, this.#at + 1, 1);
      case "k":
      case "up":
        return this.#move(rows, this.#at - 1, -1);
      case "page-down":
      case " ":
        return this.#move(rows, this.#at + page, 1);
      case "page-up":
        return this.#move(rows, this.#at - page, -1);
      case "g":
      case "home":
        return this.#move(rows, 0, 1);
      case "G":
      case "end":
        return this.#move(rows, rows.count - 1, -1);
      default:
        return false;
    }
  }

  body(rows: ListRows, { columns, rows: height }: ScreenSize): string[] {
    this.#find(rows);
    this.#height = height;
    this.#scroll(rows);
    const shown = Math.max(Math.min(rows.count - this.#top, height), 0);
    return Array.from({ length: shown }, (_, row) => this.#row(rows, { at: this.#top + row, columns }));
  }

  /** Rows in sight, for who reads only what is seen. */
  inSight(rows: ListRows): { readonly from: number; readonly to: number } {
    return { from: this.#top, to: Math.min(this.#top + this.#height, rows.count) };
  }

  #row(rows: ListRows, { at, columns }: { at: number; columns: number }): string {
    const text = rows.textOf(at, columns - 2);
    if (rows.keyOf(at) === null) return text;
    if (at !== this.#at) return `  ${text}`;
    // Where there are no colours, the mark is all there is.
    const fill = " ".repeat(Math.max(columns - 2 - textWidth(unpainted(text)), 0));
    return this.#colors.inverse(`> ${text}${fill}`);
  }

  /** The row that was chosen may have moved; if it is gone, the one in its place is. */
  #find(rows: ListRows): void {
    const at = this.#key === null ? -1 : rows.indexOf(this.#key);
    if (at >= 0) this.#at = at;
    else this.#move(rows, Math.min(this.#at, rows.count - 1), 1);
  }

  /** Goes on in that direction to one that can be chosen, else back. */
  #move(rows: ListRows, wanted: number, direction: 1 | -1): boolean {
    const start = Math.min(Math.max(wanted, 0), Math.max(rows.count - 1, 0));
    const canChoose = (at: number) => at < rows.count && rows.keyOf(at) !== null;
    let found = start;
    while (found >= 0 && found < rows.count && !canChoose(found)) found += direction;
    if (!(found >= 0 && canChoose(found))) {
      found = start;
      while (found >= 0 && found < rows.count && !canChoose(found)) found -= direction;
    }
    const key = found >= 0 && canChoose(found) ? rows.keyOf(found) : null;
    this.#key = key;
    this.#at = key === null ? 0 : found;
    return true;
  }

  #scroll(rows: ListRows): void {
    const last = Math.max(rows.count - this.#height, 0);
    let top = Math.min(this.#top, last, this.#at);
    if (this.#at >= top + this.#height) top = this.#at - this.#height + 1;
    // What stands above the first that can be chosen comes back into sight with it.
    let above = this.#at;
    while (above > 0 && rows.keyOf(above - 1) === null && this.#at - above < this.#height - 1) above -= 1;
    if (above === 0) top = 0;
    this.#top = top;
  }
}
