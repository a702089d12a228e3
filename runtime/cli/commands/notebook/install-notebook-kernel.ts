import path from "node:path";
import process from "node:process";
import { installKernel } from "../../../notebook/kernel/install-kernel.ts";
import type { NotebookInstallFlags } from "./flags.ts";
import type { Output } from "../../output.ts";

/** `notebook install`. */
export function installNotebookKernel(flags: NotebookInstallFlags, output: Output): void {
  const bin = path.resolve(process.argv[1] ?? "");
  const folder = installKernel({ name: flags.name, prefix: flags.prefix ?? null, bin });
  output.print(`installed the kernel ${flags.name}: ${path.join(folder, "kernel.json")}`);
  output.print("next:");
  output.print('  VS Code      open an .ipynb, Select Kernel, Jupyter Kernel..., "TypeScript (Millrace)"');
  output.print('  JupyterLab   jupyter lab, then choose "TypeScript (Millrace)"');
  output.print("  neither      millrace notebook run notebook.ipynb --html page.html");
  if (/[\\/]_npx[\\/]/.test(bin)) {
    output.note(
      "note: this copy of millrace is in npx's cache and may vanish; npm install millrace, then install the kernel again",
    );
  }
}
