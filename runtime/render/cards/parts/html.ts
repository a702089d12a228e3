import { type Check, fields, text } from "../../../datastore/shapes/checks.ts";
import type { FramedHtml } from "../../../../sdk/cards/html.ts";
import { escapeHtml } from "../../../text/escape-html.ts";
import { Html } from "../../html.ts";
import type { CardPart } from "../card-part.ts";

const MAX_HEIGHT = 4000;
const height: Check = (value) => (typeof value === "number" && value > 0 ? null : " is not a height");
/** The frame asks the network for nothing. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'";

export const htmlPart: CardPart<FramedHtml> = {
  kind: "html",
  check: fields({ text, height }),
  style: ".millrace iframe{width:100%;border:1px solid rgba(127,127,127,.3);border-radius:4px;background:#fff}",
  draw(data) {
    const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">${data.text}`;
    const pixels = Math.min(data.height, MAX_HEIGHT);
    // Without `allow-same-origin` it is of no origin: it reaches neither the page around it nor what that may do.
    return new Html(
      `<iframe sandbox="allow-scripts" title="HTML of the card" height="${pixels}" srcdoc="${escapeHtml(page)}"></iframe>`,
    );
  },
};
