import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brokenInvariant } from "../sdk/base/millrace-error.ts";

/**
 * A file of Millrace's own package: it lies beside the bundle; run from its source, in `dist`. Where somebody's bundler has
 * put us into a file of theirs, in the package that is installed for the program.
 */
export function ownFile(name: string): string {
  const candidates = besideUs(name);
  const found = candidates.find((file) => fs.existsSync(file)) ?? installed(name);
  if (found === null) throw brokenInvariant(`${name} is not in the package: looked for ${candidates.join(", ")}`);
  return found;
}

function besideUs(name: string): string[] {
  // A bundler that makes CommonJS leaves nothing there.
  const url = import.meta.url as string | undefined;
  if (url === undefined) return [];
  return [`./${name}`, `../dist/${name}`].map((place) => fileURLToPath(new URL(place, url)));
}

function installed(name: string): string | null {
  try {
    const manifest = createRequire(path.resolve(process.argv[1] ?? "")).resolve("millrace/package.json");
    const file = path.join(path.dirname(manifest), "dist", name);
    return fs.existsSync(file) ? file : null;
  } catch {
    return null;
  }
}
