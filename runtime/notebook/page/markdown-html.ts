import { Marked } from "marked";
import type { OutputBundle } from "../front/protocol.ts";
import { highlighted } from "./highlighted.ts";
import { escapeHtml } from "../../text/escape-html.ts";
import { localImage, unescapedName } from "./local-image.ts";
import { safeHtml } from "./safe-html.ts";

export interface MarkdownOptions {
  /** Paths of images are relative to it; null where a text may name none. */
  readonly folder: string | null;
  /** Images that the cell itself holds, by name. */
  readonly attachments: Readonly<Record<string, OutputBundle>>;
}

/** Markdown as HTML; images become part of it, and what could act on a reader does not. */
export function markdownHtml(text: string, options: MarkdownOptions): string {
  const marked = new Marked({
    gfm: true,
    walkTokens: (token) => {
      if (token.type === "image") token["href"] = imageData(String(token["href"]), options);
    },
    renderer: {
      code: ({ text: code, lang }) => {
        const html = /^(ts|typescript|js|javascript)$/.test(lang ?? "") ? highlighted(code) : escapeHtml(code);
        return `<pre class="source"><code>${html}</code></pre>\n`;
      },
      checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
    },
  });
  return safeHtml(marked.parse(text, { async: false }));
}

function imageData(href: string, { folder, attachments }: MarkdownOptions): string {
  if (!href.startsWith("attachment:")) return (folder === null ? null : localImage(href, folder)) ?? href;
  const [[type, data] = []] = Object.entries(attachments[unescapedName(href.slice("attachment:".length))] ?? {});
  return type === undefined ? href : `data:${type};base64,${String(data)}`;
}
