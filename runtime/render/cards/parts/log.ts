import { fields, list, text } from "../../../datastore/shapes/checks.ts";
import type { LogData } from "../../../../sdk/cards/log.ts";
import { markup } from "../../html.ts";
import { NOTHING } from "../../parts.ts";
import type { CardPart } from "../card-part.ts";

const MAX_LINES = 1000;
const MAX_LINE_CHARS = 2000;

export const logPart: CardPart<LogData> = {
  kind: "log",
  check: fields({ lines: list(text) }),
  grows: { check: text, add: ({ lines }, items) => ({ lines: [...lines, ...(items as readonly string[])] }) },
  draw({ lines }) {
    const shown = lines.slice(-MAX_LINES).map((line) => line.slice(0, MAX_LINE_CHARS));
    const left = lines.length - shown.length;
    const before = left > 0 ? markup`<div class="dim">${left} earlier lines</div>` : NOTHING;
    return shown.length === 0
      ? markup`<div class="dim">no lines</div>`
      : markup`${before}<pre>${shown.join("\n")}</pre>`;
  },
};
