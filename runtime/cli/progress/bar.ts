import type { Colors } from "picocolors/types.js";

/** How much of all is done, in cells of a terminal. */
export function bar(fraction: number, { colors, cells }: { colors: Colors; cells: number }): string {
  const filled = Math.round(fraction * cells);
  return colors.green("█".repeat(filled)) + colors.dim("░".repeat(cells - filled));
}
