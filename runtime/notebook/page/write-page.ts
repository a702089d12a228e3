import fs from "node:fs";
import path from "node:path";
import { type NotebookCell, type NotebookFile, textOf } from "../file/notebook-file.ts";
import { highlighted } from "./highlighted.ts";
import { escapeHtml } from "../../text/escape-html.ts";
import { markdownHtml } from "./markdown-html.ts";
import { outputHtml } from "./output-html.ts";
import { DISPLAY_STYLE } from "../../render/display-style.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { makeFolders } from "../../datastore/local/make-folders.ts";

export interface NotebookPageOptions {
  readonly notebook: NotebookFile;
  /** The notebook's file: images in its text lie relative to it. */
  readonly source: string;
}

/** Writes a page that shows a notebook with its outputs; all that it needs is in it. */
export function writePage(file: string, options: NotebookPageOptions): void {
  makeFolders(path.dirname(file));
  fs.writeFileSync(file, pageHtml(options));
}

/**
 * Neither a copied output nor the text of a cell can act on its reader: of their HTML that alone is kept which shows
 * something (`safe-html.ts`), and the browser is told as well to run no script of the page and to fetch nothing.
 */
const POLICY =
  "default-src 'none'; img-src data:; media-src data:; font-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

function pageHtml({ notebook, source }: NotebookPageOptions): string {
  const folder = path.dirname(source);
  const cells = notebook.cells.map((cell) => cellHtml(cell, folder));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(titleOf(notebook, source))}</title>
<style>
${PAGE_STYLE}${DISPLAY_STYLE}</style>
</head>
<body>
<main>
${cells.filter((html) => html !== "").join("\n")}
</main>
</body>
</html>
`;
}

function cellHtml(cell: NotebookCell, folder: string): string {
  const text = textOf(cell.source);
  if (cell.cell_type === "markdown") {
    return `<section class="markdown">\n${markdownHtml(text, { folder, attachments: cell.attachments ?? {} })}</section>`;
  }
  if (cell.cell_type !== "code") return `<section class="raw"><pre>${escapeHtml(text)}</pre></section>`;
  if (text.trim() === "") return "";
  const outputs = (cell.outputs ?? []).map((output) => outputHtml(output));
  const number = `<div class="count">[${escapeHtml(String(cell.execution_count ?? " "))}]</div>`;
  return `<section class="code">${number}<div class="body"><pre class="source"><code>${highlighted(text)}</code></pre>\n${outputs.join("\n")}</div></section>`;
}

/** The notebook's first heading, else its name. */
function titleOf({ cells }: NotebookFile, source: string): string {
  for (const cell of cells) {
    const [, heading] = cell.cell_type === "markdown" ? (/^#\s+(.+)$/m.exec(textOf(cell.source)) ?? []) : [];
    if (heading !== undefined) return heading;
  }
  return path.basename(source, ".ipynb");
}
