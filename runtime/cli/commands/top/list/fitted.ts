import { visibleLine } from "../../../../../sdk/base/visible.ts";
import { cutText } from "../../../../text/cut-text.ts";
import { padded, textWidth } from "../../../../text/text-width.ts";

/** More is not looked at, whatever a store holds there. */
const MAX_CHARS = 1000;

/** A text in one line of exactly that many cells, cut off or filled up. */
export function fitted(text: string, width: number): string {
  return padded(cutLine(text, width), width);
}

/** The same with the blanks before it. */
export function fittedRight(text: string, width: number): string {
  const cut = cutLine(text, width);
  return " ".repeat(Math.max(width - textWidth(cut), 0)) + cut;
}

/** A text in one line of at most that many cells. */
export function cutLine(text: string, width: number): string {
  return width <= 0 ? "" : cutText(visibleLine(text.slice(0, MAX_CHARS)), width);
}
