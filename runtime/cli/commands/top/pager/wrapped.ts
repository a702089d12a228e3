import { visible } from "../../../../../sdk/base/visible.ts";
import { clusters, clusterWidth, isPlainText } from "../../../../text/text-width.ts";

/** A text without colours in lines of at most that many cells. */
export function wrapped(text: string, columns: number): string[] {
  const width = Math.max(columns, 2);
  return visible(text)
    .replaceAll("\t", "    ")
    .split("\n")
    .flatMap((line) => wrappedLine(line, width));
}

function wrappedLine(line: string, width: number): string[] {
  if (isPlainText(line) && line.length <= width) return [line];
  const lines: string[] = [];
  let text = "";
  let cells = 0;
  for (const cluster of clusters(line)) {
    const own = clusterWidth(cluster);
    if (cells + own > width) {
      lines.push(text);
      [text, cells] = ["", 0];
    }
    text += cluster;
    cells += own;
  }
  return [...lines, text];
}
