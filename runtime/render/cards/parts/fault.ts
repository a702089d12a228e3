import { type CardFault, FAULT_KIND } from "../../../datastore/card-fault.ts";
import { fields, text } from "../../../datastore/shapes/checks.ts";
import { type Html, markup } from "../../html.ts";
import type { CardPart } from "../card-part.ts";

/** What stands where a component could not be made or drawn. */
export const faultPart: CardPart<CardFault> = {
  kind: FAULT_KIND,
  check: fields({ of: text, message: text }),
  style: ".millrace .warn{border-left:3px solid #b57614;padding:2px 10px;margin:4px 0}",
  draw: faultHtml,
};

export function faultHtml({ of, message }: CardFault): Html {
  return markup`<div class="warn"><b>${of}</b> cannot be shown: ${message.slice(0, 2000)}</div>`;
}
