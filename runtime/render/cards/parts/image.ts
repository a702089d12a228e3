import { type Check, fields, orNull, text } from "../../../datastore/shapes/checks.ts";
import type { CardImageData } from "../../../../sdk/cards/image.ts";
import { imageOf } from "../../image.ts";
import { markup } from "../../html.ts";
import { NOTHING } from "../../parts.ts";
import type { CardPart } from "../card-part.ts";

const width: Check = (value) => (typeof value === "number" && value > 0 ? null : " is not a width");
const MAX_BYTES = 20_000_000;

export const imagePart: CardPart<CardImageData> = {
  kind: "image",
  check: fields({ label: orNull(text), width: orNull(width) }),
  style: ".millrace figure{margin:0}.millrace figure img{max-width:100%;height:auto}",
  draw(data, around) {
    const image = imageOf(around.bytes(), MAX_BYTES);
    if (image === null) throw new TypeError("the bytes are not a PNG, JPEG, GIF, WebP or SVG");
    const caption = data.label === null ? NOTHING : markup`<figcaption class="dim">${data.label}</figcaption>`;
    return markup`<figure><img alt="${data.label ?? "a picture"}" ${data.width === null ? NOTHING : markup`width="${data.width}"`} src="data:${image.mime};base64,${image.base64}" />${caption}</figure>`;
  },
};
