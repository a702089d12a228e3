import type { MimeBundle } from "../mime-bundle.ts";
import { Html, markup } from "./html.ts";
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

/** Colours stand on the notebook's own background, dark or light: they are middle tones, all else is inherited. */
export const DISPLAY_STYLE = [
  ".millrace{font:13px/1.45 system-ui,-apple-system,'Segoe UI',sans-serif;color:inherit;max-width:100%}",
  ".millrace h4{font-size:14px;margin:2px 0 6px;font-weight:600}",
  ".millrace h5{font-size:12px;margin:12px 0 4px;font-weight:600;opacity:.75}",
  ".millrace table{border-collapse:collapse;font-size:12px;margin:4px 0;border:0}",
  ".millrace th,.millrace td{text-align:left;padding:3px 10px 3px 0;border:0;border-bottom:1px solid rgba(127,127,127,.25);vertical-align:top;max-width:520px;overflow-wrap:anywhere;background:none;white-space:normal}",
  ".millrace th{font-weight:600;opacity:.7}",
  ".millrace .n{text-align:right;font-variant-numeric:tabular-nums}",
  ".millrace pre,.millrace code{font:12px/1.4 ui-monospace,Menlo,Consolas,monospace;background:none;color:inherit}",
  ".millrace pre{background:rgba(127,127,127,.12);padding:6px 8px;border-radius:4px;margin:4px 0;max-height:360px;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}",
  ".millrace .chip{display:inline-block;padding:0 7px;border-radius:9px;font-size:11px;line-height:18px;color:#fff;font-weight:600}",
  ".millrace .succeeded{background:#2c8a55}.millrace .failed{background:#c9463d}.millrace .running{background:#2f74c0}",
  ".millrace .stale,.millrace .pending{background:#8a7a55}.millrace .caught{background:#b57614}",
  ".millrace .dim{opacity:.65}.millrace .scroll{overflow:auto;max-width:100%}",
  ".millrace details{margin-left:14px}.millrace details>summary{margin-left:-14px;cursor:pointer}",
  ".millrace svg text{font-family:system-ui,sans-serif}.millrace .dag{max-height:520px;overflow:auto}",
  ".millrace .sides{display:flex;flex-wrap:wrap;gap:0 36px}.millrace .sides>div{min-width:0}",
  ".millrace .dag svg{border-radius:6px;max-width:none}",
].join("\n");
