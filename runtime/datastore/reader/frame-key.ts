import type { ErrorRecord } from "../records.ts";

/** Equal for errors that show the same lines of code; null for one that shows none. */
export function frameKey({ file, line, column, frame }: ErrorRecord): string | null {
  return frame === undefined ? null : [file, line, column, frame].join("\n");
}
