import fs from "node:fs";
import path from "node:path";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { environment } from "../../config.ts";
import { jupyterDataFolder } from "../../settings/jupyter-data-folder.ts";
import { loadZeromq } from "./kernel-sockets.ts";
import { userPath } from "../../settings/user-path.ts";
import { makeFolders } from "../../datastore/local/make-folders.ts";

export interface InstallOptions {
  /** How Jupyter calls the kernel. */
  readonly name: string;
  /** A folder such as that of a virtual environment; null: for this user. */
  readonly prefix: string | null;
  /** The program that is started as `node BIN notebook kernel FILE`; absolute. */
  readonly bin: string;
}

/**
 * Writes the kernel.json by which Jupyter and editors find the kernel.
 * @returns the folder that holds it
 */
export function installKernel({ name, prefix, bin }: InstallOptions): string {
  if (!/^[\w.-]+$/.test(name)) {
    throw new MillraceError({
      code: "MILLRACE_USAGE",
      headline: `Cannot install the kernel because its name may hold only letters, digits, ".", "_" and "-": ${name}`,
      hint: "millrace notebook install --name millrace",
    });
  }
  loadZeromq();
  const data = prefix === null ? jupyterDataFolder(environment()) : path.join(userPath(prefix), "share", "jupyter");
  const folder = path.join(data, "kernels", name);
  try {
    makeFolders(folder);
    fs.writeFileSync(path.join(folder, "kernel.json"), `${JSON.stringify(kernelSpec(name, bin), null, 2)}\n`);
  } catch (cause) {
    throw new MillraceError({
      code: "MILLRACE_NOTEBOOK",
      headline: `Cannot install the kernel because ${folder} cannot be written: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`,
      hint: "choose another place: millrace notebook install --prefix FOLDER",
      cause,
    });
  }
  return folder;
}

function kernelSpec(name: string, bin: string): object {
  return {
    argv: [process.execPath, bin, "notebook", "kernel", "{connection_file}"],
    display_name: name === "millrace" ? "TypeScript (Millrace)" : `TypeScript (${name})`,
    language: "typescript",
    // By a message, which works on Windows, too, and does not reach what the cells have started.
    interrupt_mode: "message",
    metadata: { debugger: false },
  };
}
