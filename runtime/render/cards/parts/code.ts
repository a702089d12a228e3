import { fields, orNull, text } from "../../../datastore/shapes/checks.ts";
import type { CodeData } from "../../../../sdk/cards/code.ts";
import { markup } from "../../html.ts";
import { NOTHING } from "../../parts.ts";
import type { CardPart } from "../card-part.ts";

const MAX_CHARS = 200_000;

export const codePart: CardPart<CodeData> = {
  kind: "code",
  check: fields({ text, language: orNull(text) }),
  draw: ({ text: given, language }) =>
    markup`${language === null ? NOTHING : markup`<div class="dim">${language}</div>`}<pre>${shortened(given)}</pre>`,
};

function shortened(given: string): string {
  return given.length > MAX_CHARS ? `${given.slice(0, MAX_CHARS)}…` : given;
}
