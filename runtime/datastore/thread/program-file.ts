import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { brokenInvariant } from "../../../sdk/base/errors.ts";

/** A thread's program lies beside the bundles, or one folder above their chunks; sources use the built one. */
export function programOfThread(name: string): string {
  const candidates = [`./${name}`, `../${name}`, `../../../dist/${name}`];
  const files = candidates.map((candidate) => fileURLToPath(new URL(candidate, import.meta.url)));
  const file = files.find((one) => fs.existsSync(one));
  if (file === undefined) throw brokenInvariant(`${name} is not in the package: looked for ${files.join(", ")}`);
  return file;
}
