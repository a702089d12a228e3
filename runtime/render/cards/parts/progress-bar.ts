import { fields, text } from "../../../datastore/shapes/checks.ts";
import { storedNumber } from "../../../datastore/shapes/parts.ts";
import type { BarData } from "../../../../sdk/cards/progress-bar.ts";
import { markup } from "../../html.ts";
import type { CardPart } from "../card-part.ts";

export const progressBarPart: CardPart<BarData> = {
  kind: "progressBar",
  check: fields({ label: text, max: storedNumber, value: storedNumber }),
  style:
    ".millrace .bar{display:flex;gap:10px;align-items:center}.millrace .bar progress{width:220px;accent-color:#3d7fc4}",
  draw: ({ label, max, value }) =>
    markup`<div class="bar"><span>${label}</span><progress max="${max}" value="${value}"></progress><span class="dim">${value} of ${max}</span></div>`,
};
