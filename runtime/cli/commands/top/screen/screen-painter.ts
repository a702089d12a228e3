import { type Cell, cellsOf } from "../../../progress/cells-of.ts";
import { rowChanges } from "../../../progress/row-changes.ts";
import { onScreen } from "../../../on-screen.ts";

/** Terminals that know it show a frame at once; others ignore it (DEC mode 2026). */
const [BEGIN, END] = ["\u001b[?2026h", "\u001b[?2026l"];

/** Knows what stands on a screen, and writes only the cells that are to change. */
export class ScreenPainter {
  /** Null for a row whose content is not known. */
  #shown: (readonly Cell[] | null)[] = [];
  #columns = 0;

  /** Nothing is known of the screen any more. */
  forget(): void {
    this.#shown = [];
  }

  /**
   * What has to be written; empty if all is as it was.
   * @param rows - painted text from the top on, as many as the screen has
   */
  frame(rows: readonly string[], columns: number): string {
    if (columns !== this.#columns) this.#shown = [];
    this.#columns = columns;
    const before = this.#shown;
    const cells = rows.map((row) => cellsOf(onScreen(row), columns));
    this.#shown = cells;
    let text = "";
    for (const [at, after] of cells.entries()) {
      const changes = rowChanges(before[at] ?? null, after);
      if (changes !== "") text += `\u001b[${at + 1};1H${changes}`;
    }
    return text === "" ? "" : `${BEGIN}${text}${END}`;
  }
}
