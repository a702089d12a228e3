import { type Check, fields, text } from "../../../datastore/shapes/checks.ts";
import type { ValueBoxData } from "../../../../sdk/cards/value-box.ts";
import { cellText } from "../../../text/rows-of.ts";
import { markup } from "../../html.ts";
import { NOTHING } from "../../parts.ts";
import type { CardPart } from "../card-part.ts";

const textOrNumber: Check = (value) =>
  value === null || typeof value === "string" || typeof value === "number" ? null : " is not a text or number";

export const valueBoxPart: CardPart<ValueBoxData> = {
  kind: "valueBox",
  check: fields({ label: text, value: textOrNumber, change: textOrNumber }),
  style:
    ".millrace .box{display:inline-block;padding:8px 14px;border:1px solid rgba(127,127,127,.3);border-radius:6px;min-width:90px}.millrace .box b{display:block;font-size:22px;line-height:1.3}.millrace .up{color:#2c8a55}.millrace .down{color:#c9463d}",
  draw({ label, value, change }) {
    const by =
      typeof change !== "number"
        ? NOTHING
        : markup`<span class="${change < 0 ? "down" : "up"}">${change < 0 ? "▼" : "▲"} ${cellText(Math.abs(change))}</span>`;
    return markup`<div class="box"><span class="dim">${label}</span><b>${cellText(value)}</b>${by}</div>`;
  },
};
