import { LiveComponent, type Updatable } from "./live-component.ts";
import { wantedText } from "./wanted-text.ts";

/** Options of {@link html}. */
export interface HtmlOptions {
  /** Of its frame, in pixels. @defaultValue 400 */
  readonly height?: number | undefined;
}

/** As it is stored. */
export interface FramedHtml {
  readonly text: string;
  readonly height: number;
}

const HEIGHT = 400;

/**
 * HTML of your own, scripts included. It stands in a frame that has no origin and no network: it cannot read the page
 * around it, and has to bring all that it needs.
 *
 * @example
 * ```ts
 * current.card.append(html("<h1 style='color: teal'>Report</h1>", { height: 120 }));
 * ```
 */
export function html(text: string, { height = HEIGHT }: HtmlOptions = {}): Updatable<string> {
  const read = (given: string) => ({
    data: { text: wantedText(given, "the text"), height: height > 0 ? height : HEIGHT } satisfies FramedHtml,
  });
  return new LiveComponent({ kind: "html", read }, text);
}
