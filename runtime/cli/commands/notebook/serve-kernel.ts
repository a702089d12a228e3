import fs from "node:fs";
import process from "node:process";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { count, faultIn, fields, text } from "../../../datastore/shapes/checks.ts";
import { bindKernel } from "../../../notebook/kernel/jupyter-kernel.ts";
import type { ConnectionFile } from "../../../notebook/kernel/kernel-sockets.ts";
import { leave } from "../../../leave.ts";
import { packageVersion } from "../../package-version.ts";

/** `notebook kernel FILE`: what Jupyter starts. */
export async function serveKernel(file: string): Promise<void> {
  const kernel = await bindKernel({
    connection: readConnection(file),
    folder: process.cwd(),
    version: packageVersion(),
  });
  process.on("SIGINT", () => kernel.interrupt());
  process.on("SIGTERM", () => void kernel.close());
  await kernel.run();
  leave(0);
}

const connection = fields({
  transport: text,
  ip: text,
  key: text,
  signature_scheme: text,
  shell_port: count,
  control_port: count,
  iopub_port: count,
  stdin_port: count,
  hb_port: count,
});

function readConnection(file: string): ConnectionFile {
  try {
    const parsed: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
    const fault = faultIn(connection, parsed);
    if (fault !== null) throw new Error(fault);
    return parsed as ConnectionFile;
  } catch (cause) {
    throw new MillraceError({
      code: "MILLRACE_USAGE",
      headline: `Cannot start the kernel because its connection file cannot be read: ${file}`,
      hint: "Jupyter starts it: millrace notebook install, then open a notebook",
      cause,
    });
  }
}
