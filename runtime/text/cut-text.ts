import { clusters, clusterWidth, isPlainText } from "./text-width.ts";

/** A text of at most that many terminal cells: a longer one ends with an ellipsis. */
export function cutText(text: string, width: number): string {
  if (isPlainText(text)) return text.length > width ? `${text.slice(0, width - 1)}…` : text;
  let cut = "";
  let cells = 0;
  for (const cluster of clusters(text)) {
    const next = cells + clusterWidth(cluster);
    if (next > width) return `${cut}…`;
    if (next < width) cut += cluster;
    cells = next;
  }
  return text;
}
