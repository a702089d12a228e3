import fs from "node:fs";
import path from "node:path";
import { millrace, type Finished } from "../rigs/harness.ts";
import { makeProject } from "../rigs/project.ts";

/** A cell as a test writes it: source, or source and tags. */
export type TestCell = string | { readonly source: string; readonly tags: readonly string[] };

/** An .ipynb in text form. */
export function notebookOf(cells: readonly TestCell[], metadata: object = {}): string {
  return JSON.stringify({
    cells: cells.map((cell, index) => ({
      cell_type: "code",
      execution_count: null,
      id: `c${index}`,
      metadata: typeof cell === "string" ? {} : { tags: cell.tags },
      outputs: [],
      source: typeof cell === "string" ? cell : cell.source,
    })),
    metadata,
    nbformat: 4,
    nbformat_minor: 5,
  });
}

export interface RanNotebook extends Finished {
  readonly folder: string;
  /** Outputs of each code cell, in a short form: `stdout: hi`, `= 5`, `display: 5`, `! TypeError: bad`. */
  readonly outputs: readonly (readonly string[])[];
  /** The saved file. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into what JSON gives freely
  readonly saved: any;
}

export interface RunOptions {
  /** Files beside the notebook. */
  readonly files?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs cells by `millrace notebook run` in a fresh folder. */
export async function runCells(cells: readonly TestCell[], options: RunOptions = {}): Promise<RanNotebook> {
  const folder = makeProject({ "book.ipynb": notebookOf(cells), ...options.files });
  const { env } = options;
  const finished = await millrace(["notebook", "run", "book.ipynb", ...(options.args ?? [])], {
    cwd: folder,
    ...(env === undefined ? {} : { env }),
  });
  const saved = JSON.parse(fs.readFileSync(path.join(folder, "book.ipynb"), "utf8"));
  return { ...finished, folder, saved, outputs: outputsOf(saved) };
}

/** The outputs of a notebook's code cells in a short form. */
export function outputsOf(notebook: {
  cells: { cell_type: string; outputs?: Record<string, unknown>[] }[];
}): string[][] {
  return notebook.cells
    .filter(({ cell_type }) => cell_type === "code")
    .map(({ outputs }) => (outputs ?? []).map(short));
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what JSON gives
function short(output: any): string {
  if (output.output_type === "stream") return `${output.name}: ${[output.text].flat().join("").trimEnd()}`;
  if (output.output_type === "error") return `! ${output.ename}: ${output.evalue}`;
  const sign = output.output_type === "execute_result" ? "=" : "display:";
  return `${sign} ${[output.data["text/html"] ?? output.data["text/plain"]].flat().join("")}`;
}
