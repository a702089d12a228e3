import type { MimeBundle } from "../mime-bundle.ts";
import { Html, markup } from "../../../runtime/render/html.ts";
import { DISPLAY_STYLE } from "../../../runtime/render/display-style.ts";
import { visible } from "../../base/visible.ts";

export interface Page {
  /** What a console shows, too. */
  readonly text: string;
  readonly body: Html;
}

/** Saved with the notebook: what is larger says so instead. */
const MAX_HTML_CHARS = 2_000_000;
const MAX_TEXT_CHARS = 20_000;

/** A page as notebooks take it: static, with its own looks, and the same as text. */
export function page({ text, body }: Page): MimeBundle {
  const plain = visible(text);
  const short = plain.length > MAX_TEXT_CHARS ? `${plain.slice(0, MAX_TEXT_CHARS)}…` : plain;
  const shown = body.text.length > MAX_HTML_CHARS ? markup`<pre>${short}</pre>` : body;
  return {
    "text/html": markup`<div class="millrace">${new Html(`<style>${DISPLAY_STYLE}</style>`)}${shown}</div>`.text,
    "text/plain": short,
  };
}
