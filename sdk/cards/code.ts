import { LiveComponent, type Updatable } from "./live-component.ts";
import { wantedText } from "./wanted-text.ts";

/** Options of {@link code}. */
export interface CodeOptions {
  /** Shown above it: `"sql"`, `"ts"`. */
  readonly language?: string | undefined;
}

/** As it is stored. */
export interface CodeData {
  readonly text: string;
  readonly language: string | null;
}

/**
 * Text in a fixed-width face, as it is.
 *
 * @example
 * ```ts
 * current.card.append(code("select count(*) from ratings", { language: "sql" }));
 * ```
 */
export function code(text: string, { language }: CodeOptions = {}): Updatable<string> {
  const read = (given: string) => ({
    data: { text: wantedText(given, "the text"), language: language ?? null } satisfies CodeData,
  });
  return new LiveComponent({ kind: "code", read }, text);
}
