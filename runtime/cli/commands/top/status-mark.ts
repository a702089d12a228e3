import type { Colors } from "picocolors/types.js";
import type { TaskStatus } from "../../../datastore/reader/run-summary.ts";

const MARKS: Readonly<Record<TaskStatus, string>> = {
  succeeded: "✓",
  failed: "✗",
  running: "●",
  pending: "·",
  caught: "!",
  stale: "?",
};

/** A status in one cell; its colour says the same again. */
export function statusMark(status: TaskStatus, colors: Colors): { readonly mark: string; paint(text: string): string } {
  const mark = MARKS[status];
  if (status === "succeeded") return { mark, paint: colors.green };
  if (status === "failed") return { mark, paint: colors.red };
  return { mark, paint: status === "running" ? colors.cyan : colors.yellow };
}
