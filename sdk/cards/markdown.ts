import { LiveComponent, type Updatable } from "./live-component.ts";
import { wantedText } from "./wanted-text.ts";

/** As it is stored. */
export interface MarkdownData {
  readonly text: string;
}

/**
 * Text in Markdown: headings, lists, tables, code. HTML in it is shown as text.
 *
 * @example
 * ```ts
 * current.card.append(markdown("# Training\n\nTwenty epochs on **ratings**."));
 * ```
 */
export function markdown(text: string): Updatable<string> {
  const read = (given: string) => ({ data: { text: wantedText(given, "the text") } satisfies MarkdownData });
  return new LiveComponent({ kind: "markdown", read }, text);
}
