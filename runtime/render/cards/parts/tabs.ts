import { fields, list, text } from "../../../datastore/shapes/checks.ts";
import type { TabsData } from "../../../../sdk/cards/tabs.ts";
import { markup } from "../../html.ts";
import { NOTHING } from "../../parts.ts";
import type { CardPart } from "../card-part.ts";

/** Radio buttons and CSS: a card has no scripts. */
export const tabsPart: CardPart<TabsData> = {
  kind: "tabs",
  check: fields({ titles: list(text) }),
  style: [
    ".millrace .tabs{display:flex;flex-wrap:wrap;gap:0 2px}.millrace .tabs>input{position:absolute;opacity:0}",
    ".millrace .tabs>label{order:1;padding:4px 12px;cursor:pointer;border-bottom:2px solid transparent}.millrace .tabs>.tab{order:2;display:none;flex-basis:100%;min-width:0;padding:8px 0;border-top:1px solid rgba(127,127,127,.3)}",
    ".millrace .tabs>input:checked+label{border-bottom-color:#3d7fc4;font-weight:600}.millrace .tabs>input:checked+label+.tab{display:block}.millrace .tabs>input:focus-visible+label{outline:2px solid #3d7fc4}",
  ].join("\n"),
  draw({ titles }, { holds, unique }) {
    const tabs = holds.map((one, at) => {
      const id = `${unique}-${at}`;
      return markup`<input type="radio" name="${unique}" id="${id}" ${at === 0 ? markup`checked` : NOTHING} /><label for="${id}">${titles[at] ?? ""}</label><div class="tab">${one}</div>`;
    });
    return markup`<div class="tabs">${tabs}</div>`;
  },
};
