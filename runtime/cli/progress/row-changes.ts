import type { Cell } from "./cells-of.ts";

/** Cells: moving the cursor over a shorter gap takes more bytes than writing the gap again. */
const GAP = 5;

/** What is to be written to make one row of another, the cursor being anywhere in it; `before` is null if unknown. */
export function rowChanges(before: readonly Cell[] | null, after: readonly Cell[]): string {
  let written = "";
  for (const { from, to } of spans(before ?? [], after))
    written += `\u001b[${from + 1}G${cellsText(after.slice(from, to))}`;
  const isShorter = before === null || before.length > after.length;
  return isShorter ? `${written}\u001b[${after.length + 1}G\u001b[K` : written;
}

function spans(before: readonly Cell[], after: readonly Cell[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const [at, cell] of after.entries()) {
    const old = before[at];
    if (old !== undefined && old.text === cell.text && old.style === cell.style) continue;
    const last = found.at(-1);
    // A wide character is written as a whole.
    const from = cell.text === "" ? Math.max(at - 1, 0) : at;
    if (last !== undefined && from - last.to <= GAP) last.to = at + 1;
    else found.push({ from, to: at + 1 });
  }
  return found;
}

/** Text that draws these cells, colours included. */
export function cellsText(cells: readonly Cell[]): string {
  let text = "";
  let style = "";
  for (const cell of cells) {
    if (cell.style !== style) text += cell.style === "" ? "\u001b[0m" : `\u001b[0;${cell.style}m`;
    style = cell.style;
    text += cell.text;
  }
  return style === "" ? text : `${text}\u001b[0m`;
}
