import fs from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";

/** The folder that Node takes for a package when a module in `from` imports it, as it is written there; null if there is none. */
export function locatePackage(name: string, from: string): string | null {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (path.basename(folder) !== "node_modules") {
      const place = path.join(folder, "node_modules", name);
      if (fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() === true) return place;
    }
    if (folder === path.dirname(folder)) return null;
  }
}

/** `@scope/name` of `@scope/name/file.js`; null for what names no package: builtins, relative paths, URLs. */
export function packageName(specifier: string): string | null {
  const name = /^(@[^/\\%:\s]+\/[^/\\%:\s]+|[^./@#\\%:\s][^/\\%:\s]*)(\/|$)/.exec(specifier)?.[1] ?? null;
  return name === null || isBuiltin(specifier) || isBuiltin(name) ? null : name;
}

/**
 * Where a path really lies.
 * @param links - receives each symbolic link on the way, with the real place it leads to
 */
export function follow(place: string, links: Map<string, string>): string {
  const real = fs.realpathSync(place);
  if (real === place) return real;
  const { root } = path.parse(place);
  let at = root;
  for (const segment of path.relative(root, place).split(path.sep)) {
    at = path.join(at, segment);
    if (!fs.lstatSync(at).isSymbolicLink()) continue;
    const target = fs.realpathSync(at);
    links.set(at, target);
    at = target;
  }
  return at;
}

/** True for the folder itself and all below it. */
export function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** The deepest folder that holds all of these folders; null if they lie on different drives. */
export function commonFolder(folders: Iterable<string>): string | null {
  let common: string | null = null;
  for (const folder of folders) {
    common ??= folder;
    while (!isWithin(common, folder)) {
      if (common === path.dirname(common)) return null;
      common = path.dirname(common);
    }
  }
  return common;
}
