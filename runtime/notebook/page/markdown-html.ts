import fs from "node:fs";
import path from "node:path";
import { Marked } from "marked";
import type { MimeBundle } from "../front/protocol.ts";
import { highlighted } from "./code-html.ts";
import { escaped } from "./escaped.ts";

export interface MarkdownOptions {
  /** Paths of images are relative to it. */
  readonly folder: string;
  /** Images that the cell itself holds, by name. */
  readonly attachments: Readonly<Record<string, MimeBundle>>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".svg": "image/svg+xml",
};

/** Markdown as HTML; images become part of it. */
export function markdownHtml(text: string, options: MarkdownOptions): string {
  const marked = new Marked({
    gfm: true,
    walkTokens: (token) => {
      if (token.type === "image") token["href"] = imageData(String(token["href"]), options);
    },
    renderer: {
      code: ({ text: code, lang }) => {
        const html = /^(ts|typescript|js|javascript)$/.test(lang ?? "") ? highlighted(code) : escaped(code);
        return `<pre class="source"><code>${html}</code></pre>\n`;
      },
    },
  });
  return marked.parse(text, { async: false });
}

function imageData(href: string, { folder, attachments }: MarkdownOptions): string {
  if (href.startsWith("attachment:")) {
    const [[type, data] = []] = Object.entries(attachments[decodeURIComponent(href.slice("attachment:".length))] ?? {});
    return type === undefined ? href : `data:${type};base64,${String(data)}`;
  }
  const type = TYPES[path.extname(href).toLowerCase()];
  const file = path.resolve(folder, decodeURIComponent(href));
  if (type === undefined || /^[a-z]+:/i.test(href) || !fs.existsSync(file)) return href;
  return `data:${type};base64,${fs.readFileSync(file).toString("base64")}`;
}
