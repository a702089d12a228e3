import { fields } from "../../../datastore/shapes/checks.ts";
import { markup } from "../../html.ts";
import type { CardPart } from "../card-part.ts";

export const columnPart: CardPart<object> = {
  kind: "column",
  check: fields({}),
  draw: (_, { holds }) => markup`<div>${holds.map((one) => markup`<div class="part">${one}</div>`)}</div>`,
};
