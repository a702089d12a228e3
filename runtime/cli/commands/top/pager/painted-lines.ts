import { unpainted } from "../../../on-screen.ts";
import type { PagedLines } from "./pager.ts";

/** Lines that are there already, painted. */
export function paintedLines(lines: readonly string[]): PagedLines {
  const textOf = (at: number) => lines[at] ?? "";
  return { count: lines.length, textOf, plainOf: (at) => unpainted(textOf(at)) };
}
