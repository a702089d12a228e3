import { LiveComponent, type Updatable } from "./live-component.ts";
import { wantedText } from "./wanted-text.ts";

/** Two texts, as {@link diff} compares them. */
export interface TextPair {
  /** The text that was. */
  readonly before: string;
  /** The text that is. */
  readonly after: string;
}

/**
 * How two texts differ, line by line.
 *
 * @example
 * ```ts
 * current.card.append(diff("rate: 0.1\nepochs: 10", "rate: 0.1\nepochs: 20"));
 * ```
 */
export function diff(before: string, after: string): Updatable<TextPair> {
  const read = (given: TextPair) => ({
    data: { before: wantedText(given.before, "before"), after: wantedText(given.after, "after") } satisfies TextPair,
  });
  return new LiveComponent({ kind: "diff", read }, { before, after });
}
