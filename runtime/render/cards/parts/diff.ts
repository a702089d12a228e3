import { compareCode } from "../../../datastore/reader/compare-code.ts";
import { fields, text } from "../../../datastore/shapes/checks.ts";
import type { TextPair } from "../../../../sdk/cards/diff.ts";
import { markup } from "../../html.ts";
import type { CardPart } from "../card-part.ts";

const MAX_LINES = 2000;
/** Of a patch that names no file: its two header lines. */
const HEADER_LINES = /^(---|\+\+\+) /;

export const diffPart: CardPart<TextPair> = {
  kind: "diff",
  check: fields({ before: text, after: text }),
  style:
    ".millrace .diff{display:block}.millrace .diff span{display:block}.millrace .plus{color:#2c8a55}.millrace .minus{color:#c9463d}",
  draw({ before, after }) {
    const [change] = compareCode({ text: before }, { text: after }).changes;
    if (change === undefined) return markup`<div class="dim">no difference</div>`;
    const lines = change.patch.split("\n").filter((line) => !HEADER_LINES.test(line));
    const shown = lines.slice(0, MAX_LINES).map((line) => markup`<span class="${classOf(line)}">${line}</span>`);
    return markup`<pre><code class="diff">${shown}</code></pre>`;
  },
};

function classOf(line: string): string {
  if (line.startsWith("+")) return "plus";
  if (line.startsWith("-")) return "minus";
  return line.startsWith("@@") ? "dim" : "";
}
