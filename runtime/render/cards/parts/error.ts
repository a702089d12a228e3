import { fields, orNull, text } from "../../../datastore/shapes/checks.ts";
import type { CardErrorData } from "../../../../sdk/cards/error.ts";
import { markup } from "../../html.ts";
import { NOTHING } from "../../parts.ts";
import type { CardPart } from "../card-part.ts";

const MAX_CHARS = 20_000;

export const errorPart: CardPart<CardErrorData> = {
  kind: "error",
  check: fields({ name: text, message: text, stack: orNull(text) }),
  style: ".millrace .fault{border-left:3px solid #c9463d;padding-left:10px}",
  draw({ name, message, stack }) {
    const trace =
      stack === null
        ? NOTHING
        : markup`<details><summary>stack</summary><pre>${stack.slice(0, MAX_CHARS)}</pre></details>`;
    return markup`<div class="fault"><pre><b>${name}</b>: ${message.slice(0, MAX_CHARS)}</pre>${trace}</div>`;
  },
};
