import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { brokenInvariant } from "../../sdk/base/errors.ts";

/** A file of Millrace's own package: it lies beside the bundle, or above its chunks; run from its source, in `dist`. */
export function ownFile(name: string): string {
  const candidates = [`./${name}`, `../${name}`, `../../dist/${name}`].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  const found = candidates.find((file) => fs.existsSync(file));
  if (found === undefined) throw brokenInvariant(`${name} is not in the package: looked for ${candidates.join(", ")}`);
  return found;
}
