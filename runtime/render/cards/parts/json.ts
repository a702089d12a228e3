import { type Check, fields } from "../../../datastore/shapes/checks.ts";
import type { JsonData } from "../../../../sdk/cards/json.ts";
import { treeView } from "../../tree-view.ts";
import type { CardPart } from "../card-part.ts";

const anything: Check = (value) => (value === undefined ? " is missing" : null);

export const jsonPart: CardPart<JsonData> = {
  kind: "json",
  check: fields({ value: anything }),
  draw: ({ value }) => treeView(value),
};
