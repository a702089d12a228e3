import fs from "node:fs";
import path from "node:path";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { follow, locatePackage } from "./locate-package.ts";
import { type Manifest, readManifest } from "./manifest.ts";

/** An import, as far as it names a package. */
export interface PackageWant {
  readonly name: string;
  /** Folder of the module that imports it. */
  readonly from: string;
  /** The code cannot start without it. */
  readonly isNeeded: boolean;
}

export interface FoundPackage {
  /** Where it really lies. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly manifest: Manifest;
}

export interface Closure {
  /** In the order of their folders. */
  readonly packages: readonly FoundPackage[];
  /** Symbolic links through which Node finds them, to the real place each leads to. */
  readonly links: ReadonlyMap<string, string>;
  /** Folder of the package that a module in a folder means by a name: see {@link placeKey}. */
  readonly places: ReadonlyMap<string, string>;
}

export interface ClosureOptions {
  /** Names that a package may load beside those that its manifest declares. */
  readonly alsoNeeds?: (found: FoundPackage) => readonly string[];
}

export function placeKey({ name, from }: Pick<PackageWant, "name" | "from">): string {
  return `${from}\0${name}`;
}

/**
 * The packages that these imports need, and those that they need in turn, each found as Node would find it.
 * @throws MillraceError for a needed one that lies in no `node_modules` folder
 */
export function packageClosure(wants: readonly PackageWant[], options: ClosureOptions = {}): Closure {
  const links = new Map<string, string>();
  const packages = new Map<string, FoundPackage>();
  const places = new Map<string, string>();
  const seen = new Set<string>();
  const queue = [...wants];
  for (const want of queue) {
    const { name, from } = want;
    const key = placeKey(want);
    if (seen.has(key) || isLeftOut(name)) continue;
    seen.add(key);
    const place = locatePackage(name, from);
    if (place === null && want.isNeeded) throw notInstalled(want);
    if (place === null) continue;
    const folder = follow(place, links);
    places.set(key, folder);
    if (packages.has(folder)) continue;
    const manifest = readManifest(folder);
    const found = { folder, name: manifest.name ?? name, version: manifest.version ?? "0.0.0", manifest };
    packages.set(folder, found);
    // What is optional may be missing, and so may what a package forgot to bring: Node tells who imports it.
    const needs = new Set([...manifest.needs, ...(options.alsoNeeds?.(found) ?? [])]);
    for (const needed of needs) queue.push({ name: needed, from: folder, isNeeded: false });
  }
  const byFolder = [...packages.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
  return { packages: byFolder, links, places };
}

/** Containers have their own Millrace, and types are gone when code runs. */
function isLeftOut(name: string): boolean {
  return name === "millrace" || name.startsWith("@types/");
}

function notInstalled({ name, from }: PackageWant): MillraceError {
  const isPlugAndPlay = ancestors(from).some((folder) => fs.existsSync(path.join(folder, ".pnp.cjs")));
  return new MillraceError({
    code: "MILLRACE_PACKAGE",
    headline: `Cannot ship the package ${name} because no node_modules folder has it: searched from ${from}`,
    hint: isPlugAndPlay
      ? "containers get packages as folders: set nodeLinker: node-modules in .yarnrc.yml, then run yarn install"
      : "install it, then try again",
  });
}

function ancestors(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}
