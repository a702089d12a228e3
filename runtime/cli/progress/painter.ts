import { appendAll } from "../../../sdk/base/append-all.ts";
import { isPlainText } from "../../text/text-width.ts";
import { withoutColors } from "../on-screen.ts";
import { type Cell, cellsOf } from "./cells-of.ts";
import { rowChanges } from "./row-changes.ts";

/** What is drawn on. */
export interface PaintedTerminal {
  write(text: string): void;
  readonly columns: number;
  readonly rows: number;
}

export interface PainterOptions {
  readonly terminal: PaintedTerminal;
  /** The rows of the block that stays below all lines; asked for once a frame. */
  block(): readonly string[];
}

const FRAME_MS = 100;
/** Terminals that know it show a frame at once; others ignore it (DEC mode 2026). */
const [BEGIN, END] = ["\u001b[?2026h", "\u001b[?2026l"];

/**
 * Keeps a block of rows below lines that stay, in at most ten frames a second. A frame writes the cells of the block that
 * are not as they were, and each line once. Nothing ever erases the screen. Between frames the cursor stands in the row
 * below the block, so that what others write begins a line of its own.
 */
export class Painter {
  readonly #options: PainterOptions;
  #lines: string[] = [];
  /** The block as it stands; null for a row whose content is not known. */
  #shown: (readonly Cell[] | null)[] = [];
  #columns = 0;
  #paintedAt = -Infinity;
  #timer: NodeJS.Timeout | null = null;
  readonly #atExit = () => this.close();
  #isClosed = false;

  constructor(options: PainterOptions) {
    this.#options = options;
    process.on("exit", this.#atExit);
  }

  /** A line that stays, above the block; with the next frame. */
  line(text: string): void {
    appendAll(this.#lines, text.split("\n"));
    this.changed();
  }

  /** The block may not be as it was. */
  changed(): void {
    if (this.#isClosed || this.#timer !== null) return;
    const wait = Math.max(this.#paintedAt + FRAME_MS - performance.now(), 0);
    this.#timer = setTimeout(() => this.#paint(), wait);
  }

  /** Leaves the block as it is now, and the cursor below it. */
  close(): void {
    if (this.#isClosed) return;
    this.#paint();
    this.#isClosed = true;
    process.off("exit", this.#atExit);
    const empty = this.#shown.length - 1 - this.#shown.findLastIndex((row) => row === null || row.length > 0);
    if (empty > 0) this.#options.terminal.write(`\u001b[${empty}A`);
  }

  #paint(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const { terminal, block } = this.#options;
    const { columns, rows } = terminal;
    // What it did to the rows when its width changed is not known.
    if (columns !== this.#columns) this.#shown = this.#shown.map(() => null);
    this.#columns = columns;
    // A block that is higher than the screen cannot be reached any more.
    const highest = Math.max(rows - 1, 1);
    if (this.#shown.length > highest) this.#shown = this.#shown.slice(-highest).map(() => null);
    // The last column is left free: a cursor behind it is in no row.
    const after = block()
      .slice(-highest)
      .map((row) => cellsOf(row, columns - 1));
    const up = this.#shown.length === 0 ? "" : `\u001b[${this.#shown.length}A`;
    const lines = this.#linesText(columns);
    const changes = this.#blockChanges(after);
    this.#paintedAt = performance.now();
    if (lines !== "" || changes !== null) terminal.write(`${BEGIN}${up}\r${lines}${changes ?? ""}${END}`);
  }

  /** The lines, in the place of the upper rows of the block; `#shown` is then what is left of it below them. */
  #linesText(columns: number): string {
    const lines = this.#lines;
    this.#lines = [];
    if (lines.length === 0) return "";
    const height = this.#shown.length;
    const fit = (line: string) => {
      const text = withoutColors(line);
      return isPlainText(text) && text.length < columns;
    };
    if (height > 0 && lines.every(fit)) {
      this.#shown = Array.from({ length: Math.max(height - lines.length, 0) }, () => null);
      return lines.map((line) => `${line}\u001b[K\n`).join("");
    }
    // How many rows others take, only the terminal knows: the block goes, and comes again below them.
    this.#shown = [];
    const remove = height === 0 ? "" : `\u001b[${height}M`;
    return remove + lines.map((line) => `${line}\n`).join("");
  }

  /** From the block's first row to the one below its last; null if all is as it was. */
  #blockChanges(after: readonly (readonly Cell[])[]): string | null {
    const height = Math.max(after.length, this.#shown.length);
    const before = this.#shown;
    let isChanged = after.length > before.length;
    let text = "";
    for (let at = 0; at < height; at += 1) {
      const row = before[at];
      const changes = rowChanges(row === undefined ? [] : row, after[at] ?? []);
      isChanged ||= changes !== "";
      text += `${changes}\n`;
    }
    this.#shown = Array.from({ length: height }, (_, at) => after[at] ?? []);
    return isChanged ? text : null;
  }
}
