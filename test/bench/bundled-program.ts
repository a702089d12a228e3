import path from "node:path";
import { build } from "esbuild";

const PACKAGE = path.join(import.meta.dirname, "..", "..");

/** A program of the benches as in the package: one file, with the MessagePack reader in plain JavaScript. */
export async function bundledProgram(source: string, folder: string): Promise<string> {
  const outfile = path.join(folder, `${path.basename(source, ".ts")}.mjs`);
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    alias: { msgpackr: path.join(PACKAGE, "node_modules/msgpackr/unpack.js") },
    logLevel: "warning",
  });
  return outfile;
}
