import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { OutputBundle } from "../front/protocol.ts";

/** Text as nbformat keeps it: in one piece or line by line. */
export type MultilineText = string | readonly string[];

/** An output as nbformat 4 has it. */
export type NotebookOutput =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: MultilineText }
  | { output_type: "display_data"; data: OutputBundle; metadata: OutputBundle }
  | { output_type: "execute_result"; data: OutputBundle; metadata: OutputBundle; execution_count: number | null }
  | { output_type: "error"; ename: string; evalue: string; traceback: readonly string[] };

export interface NotebookCell {
  cell_type: "code" | "markdown" | "raw";
  id?: string;
  source: MultilineText;
  metadata: { tags?: readonly string[]; [name: string]: unknown };
  attachments?: Readonly<Record<string, OutputBundle>>;
  outputs?: NotebookOutput[];
  execution_count?: number | null;
}

export interface NotebookFile {
  nbformat: number;
  nbformat_minor: number;
  metadata: Record<string, unknown>;
  cells: NotebookCell[];
}

/** @throws MillraceError for what is no notebook, or one of another language */
export function readNotebook(file: string, shown: string): NotebookFile {
  const refuse = (why: string, hint: string) =>
    new MillraceError({ code: "MILLRACE_NOTEBOOK", headline: `Cannot run ${shown} because ${why}`, hint });
  if (!fs.existsSync(file)) throw refuse("it does not exist", `it is looked for at ${file}`);
  if (fs.statSync(file).isDirectory()) throw refuse("it is a folder", "name a file that ends with .ipynb");
  const notebook = parsed(fs.readFileSync(file, "utf8")) as NotebookFile | null;
  if (typeof notebook !== "object" || notebook === null || !("nbformat" in notebook)) {
    throw refuse("it is not a notebook: it has no JSON with nbformat", "name a file that Jupyter or VS Code has saved");
  }
  const { nbformat, nbformat_minor: minor } = notebook;
  if (nbformat !== 4) {
    throw refuse(
      `its format is not nbformat 4: ${String(nbformat)}.${String(minor)}`,
      `convert it: jupyter nbconvert --to notebook --nbformat 4 ${path.basename(file)}`,
    );
  }
  if (!Array.isArray(notebook.cells) || !notebook.cells.every(isCell)) {
    throw refuse("its cells are damaged: each must have cell_type and source", "restore the file, or save it again");
  }
  const language = languageOf(notebook);
  if (!/^(typescript|javascript|)$/i.test(language)) {
    throw refuse(`its language is not TypeScript: ${language}`, "choose the kernel millrace in the notebook's editor");
  }
  return upgraded(notebook);
}

export function textOf(text: MultilineText): string {
  return typeof text === "string" ? text : text.join("");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isCell(cell: unknown): boolean {
  if (typeof cell !== "object" || cell === null) return false;
  const { cell_type: type, source } = cell as Partial<NotebookCell>;
  return typeof type === "string" && (typeof source === "string" || Array.isArray(source));
}

function languageOf({ metadata }: NotebookFile): string {
  const { kernelspec, language_info } = (metadata ?? {}) as Record<string, Record<string, unknown> | undefined>;
  const named = language_info?.["name"] ?? kernelspec?.["language"];
  return typeof named === "string" ? named : "";
}

/** As nbformat 4.5, in which every cell has an id; one that has none gets the same in every run. */
function upgraded(notebook: NotebookFile): NotebookFile {
  const used = new Set(notebook.cells.map(({ id }) => id));
  const cells = notebook.cells.map((cell, index): NotebookCell => {
    const metadata = cell.metadata ?? {};
    if (typeof cell.id === "string") return { ...cell, metadata };
    const id = createHash("sha256")
      .update(`${index}\n${textOf(cell.source)}`)
      .digest("hex")
      .slice(0, 8);
    return { ...cell, metadata, id: used.has(id) ? `${id}-${index}` : id };
  });
  return {
    ...notebook,
    metadata: notebook.metadata ?? {},
    nbformat_minor: Math.max(notebook.nbformat_minor, 5),
    cells,
  };
}
