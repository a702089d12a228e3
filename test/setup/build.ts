import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../../scripts/ensure-built.mjs", import.meta.url));

/** Tests start the built package as a user would: it is built once, before the first of them. */
export default function build(): void {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT], { encoding: "utf8" });
  // Unit tests need no build, so they go on; a failed build leaves no dist/, so nothing can pass on an old one.
  if (status !== 0) process.stderr.write(`The package could not be built; tests that start it will fail.\n${stderr}\n`);
}
