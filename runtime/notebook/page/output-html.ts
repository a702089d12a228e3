import { AnsiUp } from "ansi_up";
import { type MultilineText, type NotebookOutput, textOf } from "../file/notebook-file.ts";
import type { OutputBundle } from "../front/protocol.ts";
import { escapeHtml } from "../../text/escape-html.ts";
import { markdownHtml } from "./markdown-html.ts";
import { safeHtml } from "./safe-html.ts";

/** An output of a cell as HTML. */
export function outputHtml(output: NotebookOutput): string {
  switch (output.output_type) {
    case "stream":
      return `<pre class="${output.name === "stderr" ? "stderr" : "stdout"}">${ansiHtml(textOf(output.text))}</pre>`;
    case "error":
      return `<pre class="error">${ansiHtml(output.traceback.join("\n"))}</pre>`;
    default:
      return `<div class="output">${bundleHtml(output.data)}</div>`;
  }
}

/** What a browser shows best of what there is. */
function bundleHtml(data: OutputBundle): string {
  const text = (type: string) => textOf(data[type] as MultilineText);
  if ("text/html" in data) return safeHtml(text("text/html"));
  if ("image/svg+xml" in data) return image("image/svg+xml", Buffer.from(text("image/svg+xml")).toString("base64"));
  for (const type of ["image/png", "image/jpeg", "image/gif"]) {
    if (type in data) return image(type, text(type).replace(/\s/g, ""));
  }
  if ("text/markdown" in data) return markdownHtml(text("text/markdown"), { folder: null, attachments: {} });
  if ("text/plain" in data) return `<pre>${ansiHtml(text("text/plain"))}</pre>`;
  return `<pre>${escapeHtml(JSON.stringify(data, null, 2))}</pre>`;
}

function image(type: string, base64: string): string {
  return `<img alt="" src="data:${type};base64,${escapeHtml(base64)}">`;
}

function ansiHtml(text: string): string {
  const ansi = new AnsiUp();
  // An output's links are its own.
  ansi.url_allowlist = {};
  return ansi.ansi_to_html(text);
}
