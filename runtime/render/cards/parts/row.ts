import { fields } from "../../../datastore/shapes/checks.ts";
import { markup } from "../../html.ts";
import type { CardPart } from "../card-part.ts";

export const rowPart: CardPart<object> = {
  kind: "row",
  check: fields({}),
  style:
    ".millrace .row{display:flex;flex-wrap:wrap;gap:10px 24px;align-items:flex-start}.millrace .row>div{min-width:0}",
  draw: (_, { holds }) => markup`<div class="row">${holds.map((one) => markup`<div>${one}</div>`)}</div>`,
};
