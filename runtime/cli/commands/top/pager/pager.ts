import type { Colors } from "picocolors/types.js";
import { keepColors, onScreen } from "../../../on-screen.ts";
import { cellsOf } from "../../../progress/cells-of.ts";
import { cellsText } from "../../../progress/row-changes.ts";
import { TypedText } from "../list/typed-text.ts";
import type { ScreenSize } from "../top-view.ts";

/** Lines of which only those in sight are asked for. */
export interface PagedLines {
  readonly count: number;
  /** Painted. */
  textOf(at: number): string;
  /** What is searched. */
  plainOf(at: number): string;
}

/** Scrolls and searches lines, also while others come. */
export class Pager {
  readonly #colors: Colors;
  readonly #typed = new TypedText();
  #top = 0;
  #left = 0;
  #height = 1;
  #width = 80;
  #searched = "";
  /** True while the last line is kept in sight. */
  #isAtEnd: boolean;

  constructor(colors: Colors, { isAtEnd }: { isAtEnd: boolean }) {
    this.#colors = colors;
    this.#isAtEnd = isAtEnd;
  }

  get typed(): string | null {
    return this.#typed.text;
  }

  /** This many lines at the beginning are gone. */
  dropped(count: number): void {
    this.#top = Math.max(this.#top - count, 0);
  }

  /** False for a key that it does not know. */
  press(key: string, lines: PagedLines): boolean {
    if (this.#typed.text !== null) {
      const next = this.#typed.press(key);
      if (next !== "goes on" && next.done !== null) this.#search(next.done, lines);
      return true;
    }
    const page = Math.max(this.#height - 1, 1);
    switch (key) {
      case "j":
      case "down":
        return this.#scroll(1, lines);
      case "k":
      case "up":
        return this.#scroll(-1, lines);
      case "page-down":
      case " ":
        return this.#scroll(page, lines);
      case "page-up":
        return this.#scroll(-page, lines);
      case "g":
      case "home":
        this.#left = 0;
        return this.#scroll(-lines.count, lines);
      case "G":
      case "end":
        return this.#scroll(lines.count, lines);
      case "right":
        this.#left += Math.floor(this.#width / 2);
        return true;
      case "left":
        this.#left = Math.max(this.#left - Math.floor(this.#width / 2), 0);
        return true;
      case "/":
        this.#typed.begin();
        return true;
      case "n":
        return this.#jump(lines, 1);
      case "N":
        return this.#jump(lines, -1);
      default:
        return false;
    }
  }

  body(lines: PagedLines, { columns, rows }: ScreenSize): string[] {
    this.#height = rows;
    this.#width = columns;
    const last = Math.max(lines.count - rows, 0);
    if (this.#isAtEnd || this.#top > last) this.#top = last;
    const shown = Math.min(lines.count - this.#top, rows);
    return Array.from({ length: shown }, (_, row) => this.#line(lines, this.#top + row));
  }

  /** `lines 1-20 of 300`, and what is searched. */
  where(lines: PagedLines): string {
    const to = Math.min(this.#top + this.#height, lines.count);
    const place = lines.count === 0 ? "" : `${this.#top + 1}-${to} of ${lines.count}`;
    return this.#searched === "" ? place : `${place}  /${this.#searched}`;
  }

  #line(lines: PagedLines, at: number): string {
    const marked = this.#marked(lines, at);
    if (this.#left === 0) return marked;
    const cells = cellsOf(onScreen(marked), this.#left + this.#width).slice(this.#left);
    return keepColors(cellsText(cells));
  }

  #marked(lines: PagedLines, at: number): string {
    const wanted = this.#searched.toLowerCase();
    if (wanted === "") return lines.textOf(at);
    const plain = lines.plainOf(at);
    const lower = plain.toLowerCase();
    let from = lower.indexOf(wanted);
    // A text that has other lengths in lower case is not marked, only found.
    if (from < 0 || lower.length !== plain.length) return lines.textOf(at);
    let marked = "";
    let end = 0;
    for (; from >= 0; from = lower.indexOf(wanted, end)) {
      marked += plain.slice(end, from) + this.#colors.inverse(plain.slice(from, from + wanted.length));
      end = from + wanted.length;
    }
    return marked + plain.slice(end);
  }

  #scroll(by: number, lines: PagedLines): boolean {
    const last = Math.max(lines.count - this.#height, 0);
    this.#top = Math.min(Math.max(this.#top + by, 0), last);
    this.#isAtEnd = by > 0 && this.#top === last;
    return true;
  }

  #search(text: string, lines: PagedLines): void {
    this.#searched = text;
    const isHere = (at: number) => at < lines.count && this.#has(lines, at);
    const inSight = Array.from({ length: this.#height }, (_, row) => this.#top + row);
    if (text !== "" && !inSight.some(isHere)) this.#jump(lines, 1);
  }

  /** To the next line that has it, from the other end on if there is none. */
  #jump(lines: PagedLines, direction: 1 | -1): boolean {
    if (this.#searched === "") return true;
    for (let step = 1; step <= lines.count; step += 1) {
      const at = (((this.#top + direction * step) % lines.count) + lines.count) % lines.count;
      if (!this.#has(lines, at)) continue;
      this.#isAtEnd = false;
      this.#top = Math.min(at, Math.max(lines.count - this.#height, 0));
      return true;
    }
    return true;
  }

  #has(lines: PagedLines, at: number): boolean {
    return lines.plainOf(at).toLowerCase().includes(this.#searched.toLowerCase());
  }
}
