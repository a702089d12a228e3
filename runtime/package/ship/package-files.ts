import fs from "node:fs";
import path from "node:path";
import type { FoundPackage } from "./closure.ts";
import { entriesOf, type FoundFile, foundFile, foundLink } from "./found-file.ts";
import { isWithin } from "./locate-package.ts";
import { neverShipped, neverShippedOfPackage } from "./never-shipped.ts";

/** A package with what of it goes along. */
export interface PackageFiles extends FoundPackage {
  readonly files: readonly FoundFile[];
  readonly bytes: number;
  /** It holds compiled code, is made to be compiled, or is for some machines only. */
  readonly isNative: boolean;
}

/**
 * Lists a package's own files, without what is there for people and tools alone: types, source maps, manuals. Packages
 * installed below it are packages of their own.
 * @param system - where the files will be used: programs for other systems stay behind
 */
export function packageFiles(found: FoundPackage, system: string): PackageFiles {
  const isInstalled = found.folder.split(path.sep).includes("node_modules");
  const files: FoundFile[] = [];
  let isCompiled = false;

  /** @param within - the folder as seen from the package, with a separator at its end unless it is the package's own */
  function walk(folder: string, within: string): void {
    for (const entry of entriesOf(folder)) {
      // Joining and comparing paths of thousands of files costs more than listing them.
      const file = `${folder}${path.sep}${entry.name}`;
      const relative = `${within}${entry.name}`;
      // What it brought with it are packages of their own; deeper folders of that name are a bundler's.
      const isRefused = isInstalled
        ? relative === "node_modules" || neverShippedOfPackage(entry.name)
        : neverShipped(relative) !== null;
      if (isRefused) continue;
      if (entry.isDirectory()) walk(file, `${relative}${path.sep}`);
      else if (entry.isSymbolicLink()) addLink(file);
      else if (entry.isFile()) {
        isCompiled ||= entry.name.endsWith(".node") || relative === "binding.gyp";
        if (!isForPeople(entry.name) && !isForOthers(relative, system)) files.push(foundFile(file));
      }
    }
  }

  /** One that leads to its own files; publishing drops all others as well. */
  function addLink(place: string): void {
    const target = fs.existsSync(place) ? fs.realpathSync(place) : null;
    if (target !== null && isWithin(found.folder, target)) files.push(foundLink(place, target));
  }

  walk(found.folder, "");
  return {
    ...found,
    files,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    isNative: isCompiled || found.manifest.isForSome,
  };
}

function isForPeople(name: string): boolean {
  if (/^(licen[cs]e|copying|notice|copyright)/i.test(name)) return false;
  return /\.(d\.[cm]?ts|map|md)$/i.test(name);
}

const SYSTEMS = ["linux", "darwin", "win32", "android", "freebsd"];

/** Packages with prebuilt programs carry those of all systems, each in a place that names its own. */
function isForOthers(relative: string, system: string): boolean {
  if (!/\.(node|dll|dylib|so|exe|lib|pdb)$/.test(relative) || !SYSTEMS.includes(system)) return false;
  const words = relative.toLowerCase().split(/[^a-z0-9]+/);
  return !words.includes(system) && SYSTEMS.some((other) => words.includes(other));
}
