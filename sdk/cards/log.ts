import { LiveComponent, type Growing, type Updatable } from "./live-component.ts";
import { wantedList } from "./wanted-text.ts";

/** As it is stored. */
export interface LogData {
  readonly lines: readonly string[];
}

/**
 * Lines, the latest at the end. A card shows the last thousand of them.
 *
 * @example
 * ```ts
 * const notes = log();
 * current.card.append(notes);
 * notes.push("read 12,000 ratings");
 * ```
 */
export function log(lines: readonly string[] = []): Growing<string> & Updatable<readonly string[]> {
  const read = (given: readonly string[], pushed: readonly unknown[]) => ({
    data: { lines: [...wantedList(given, "the log"), ...pushed].map(String) } satisfies LogData,
  });
  return new LiveComponent({ kind: "log", read, item: String }, lines);
}
