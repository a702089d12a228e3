import fs from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type PathConditions, resolveExports } from "resolve-pkg-maps";
import { locatePackage, packageName } from "./ship/locate-package.ts";

const CONDITIONS = ["node", "import", "module-sync"];

const IS_PATH = /^(\/|\.\.?(\/|$))/;

/** What `import.meta.resolve` of a module gives, which Node gives to no code but the module itself. */
export function resolvedUrl(specifier: string, from: string): string {
  if (isBuiltin(specifier)) return specifier.startsWith("node:") ? specifier : `node:${specifier}`;
  if (IS_PATH.test(specifier) || URL.canParse(specifier)) return followed(new URL(specifier, pathToFileURL(from)));
  const name = packageName(specifier);
  const folder = name === null ? null : locatePackage(name, path.dirname(from));
  const file = name === null || folder === null ? null : importedFile(folder, specifier.slice(name.length + 1));
  return pathToFileURL(file ?? createRequire(from).resolve(specifier)).href;
}

/** Where a file really lies, if there is one: `import.meta.resolve` also names files that are yet to be written. */
function followed(url: URL): string {
  if (url.protocol !== "file:") return url.href;
  const file = fileURLToPath(url);
  if (!fs.existsSync(file) || !fs.statSync(file).isFile()) return url.href;
  const real = pathToFileURL(fs.realpathSync(file));
  real.search = url.search;
  real.hash = url.hash;
  return real.href;
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
