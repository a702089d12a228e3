import fs from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type PathConditions, resolveExports } from "resolve-pkg-maps";
import { locatePackage, packageName } from "./ship/locate-package.ts";

const CONDITIONS = ["node", "import", "module-sync"];

/** What `import.meta.resolve` of a module gives, which Node gives to no code but the module itself. */
export function resolvedUrl(specifier: string, from: string): string {
  if (isBuiltin(specifier)) return specifier.startsWith("node:") ? specifier : `node:${specifier}`;
  if (URL.canParse(specifier)) return new URL(specifier).href;
  const name = packageName(specifier);
  const folder = name === null ? null : locatePackage(name, path.dirname(from));
  const file = name === null || folder === null ? null : importedFile(folder, specifier.slice(name.length + 1));
  return pathToFileURL(file ?? createRequire(from).resolve(specifier)).href;
}

/** Null where a package says nothing of imports: then they are resolved as `require` resolves. */
function importedFile(folder: string, subpath: string): string | null {
  const manifest: unknown = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  const exported = typeof manifest === "object" && manifest !== null && "exports" in manifest ? manifest.exports : null;
  if (!isExports(exported)) return null;
  const targets = resolveExports(exported, subpath, CONDITIONS).map((target) => path.join(folder, target));
  const found = targets.find((file) => fs.existsSync(file));
  return found === undefined ? null : fs.realpathSync(found);
}

function isExports(value: unknown): value is PathConditions {
  return typeof value === "string" || (typeof value === "object" && value !== null);
}
