import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { MILLRACE } from "../rigs/harness.ts";
import type { Need } from "../rigs/describe-with.ts";
import { makeProject } from "../rigs/project.ts";
import { notebookOf, outputsOf, type TestCell } from "./notebooks.ts";

/** The first Python on PATH that has Jupyter: often the system's, behind a newer one without. */
export const JUPYTER_PYTHON = (process.env["PATH"] ?? "")
  .split(path.delimiter)
  .map((folder) => path.join(folder, "python3"))
  .find((python) => spawnSync(python, ["-c", "import nbconvert, jupyter_client"]).status === 0);

export const JUPYTER: Need = {
  name: "Jupyter",
  missing: JUPYTER_PYTHON === undefined ? "apt-get install jupyter-nbconvert python3-ipykernel" : null,
};

export interface Converted {
  readonly status: number | null;
  readonly stderr: string;
  readonly outputs: readonly (readonly string[])[];
}

/** Runs cells through the kernel as Jupyter does: `jupyter nbconvert --execute`. */
export function nbconvert(cells: readonly TestCell[], args: readonly string[] = []): Converted {
  const folder = makeProject({ "book.ipynb": notebookOf(cells, { language_info: { name: "typescript" } }) });
  const { status, stderr } = executeNotebook(path.join(folder, "book.ipynb"), { args, home: folder });
  const done = path.join(folder, "done.ipynb");
  const outputs = fs.existsSync(done) ? outputsOf(JSON.parse(fs.readFileSync(done, "utf8"))) : [];
  return { status, stderr, outputs };
}

/** Leaves `done.ipynb` in `home`, in which the kernel is installed first. */
export function executeNotebook(
  file: string,
  { args = [], home, env = {} }: { args?: readonly string[]; home: string; env?: Readonly<Record<string, string>> },
): { status: number | null; stderr: string } {
  const prefix = path.join(home, "prefix");
  const installed = spawnSync(process.execPath, [MILLRACE, "notebook", "install", "--prefix", prefix]);
  expect(String(installed.stderr)).toBe("");
  const command = ["-m", "nbconvert", "--to", "notebook", "--execute", "--output-dir", home, "--output", "done.ipynb"];
  // Jupyter would give up an output that comes seconds after its cell's reply.
  const options = ["--ExecutePreprocessor.kernel_name=millrace", "--ExecutePreprocessor.iopub_timeout=60", ...args];
  for (let tried = 1; ; tried += 1) {
    const { status, stderr } = spawnSync(JUPYTER_PYTHON ?? "python3", [...command, ...options, file], {
      cwd: home,
      encoding: "utf8",
      env: { ...process.env, JUPYTER_PATH: path.join(prefix, "share/jupyter"), HOME: home, ...env },
    });
    // Between Jupyter's choice of a port and the kernel's taking it, another program may have taken it.
    if (tried === STARTS_TRIED || !stderr.includes("Address already in use")) return { status, stderr };
  }
}

const STARTS_TRIED = 5;
