import { cutLine, fitted, fittedRight } from "./fitted.ts";

export interface ListColumn {
  readonly text: string;
  readonly width: number;
  readonly isRight?: boolean;
  /** Gives the cell its looks. */
  readonly paint?: (text: string) => string;
}

/** Columns two spaces apart, as many as there is room for; the last one takes what is left. */
export function columnsText(columns: readonly ListColumn[], room: number): string {
  let text = "";
  let left = room;
  for (const [at, { text: own, width, isRight = false, paint = String }] of columns.entries()) {
    const gap = at === 0 ? 0 : 2;
    const isLast = at === columns.length - 1;
    const cells = isLast ? left - gap : Math.min(width, left - gap);
    // A part of a column says nothing, but for the first one and the last.
    if (cells <= 0 || (cells < width && at > 0 && !isLast)) return text;
    const cell = isLast ? cutLine(own, cells) : isRight ? fittedRight(own, cells) : fitted(own, cells);
    text += " ".repeat(gap) + paint(cell);
    left -= gap + cells;
  }
  return text;
}
