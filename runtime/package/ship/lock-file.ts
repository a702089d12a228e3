import fs from "node:fs";
import path from "node:path";
import { slashed } from "./found-file.ts";
import { locatePackage } from "./locate-package.ts";
import type { PackageFiles } from "./package-files.ts";
import { faultIn, fields, object, table } from "../../datastore/shapes/checks.ts";

export interface LockFileParts {
  readonly manifest: Readonly<Record<string, unknown>>;
  /** By their names in the manifest. */
  readonly slots: ReadonlyMap<string, PackageFiles>;
  /** All that is installed here and needed. */
  readonly packages: readonly PackageFiles[];
  readonly root: string;
}

/** What npm takes from an entry instead of asking the registry. */
const ENTRY_KEYS = [
  "dependencies",
  "optionalDependencies",
  "peerDependencies",
  "peerDependenciesMeta",
  "bin",
  "engines",
  "os",
  "cpu",
  "libc",
  "license",
];

/**
 * A `package-lock.json` that pins packages, and what they need, to the versions installed here. What is not installed
 * here, as it is for the other system, is not in it: those packages name such versions exactly, and npm adds them.
 */
export function lockFile({ manifest, slots, packages, root }: LockFileParts): string {
  const byFolder = new Map(packages.map((one) => [one.folder, one]));
  const known = entriesOfLock(root);
  const placed = new Map<string, PackageFiles>();
  const queue: { place: string; one: PackageFiles }[] = [];

  function put(place: string, one: PackageFiles): void {
    placed.set(place, one);
    queue.push({ place, one });
  }

  for (const [slot, one] of slots) put(`node_modules/${slot}`, one);
  for (const { place, one } of queue) {
    for (const name of one.manifest.needs) {
      const found = locatePackage(name, one.folder);
      const needed = found === null ? undefined : byFolder.get(fs.realpathSync(found));
      if (needed === undefined || !runsOnLinux(needed)) continue;
      const seen = seenFrom(place, { name, placed });
      if (seen?.version === needed.version) continue;
      put(seen === undefined ? `node_modules/${name}` : `${place}/node_modules/${name}`, needed);
    }
  }
  const entries = [...placed].map(([place, one]) => [place, { ...entryOf(one), ...known(one) }] as const);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify({ ...named(manifest), lockfileVersion: 3, requires: true, packages: { "": manifest, ...Object.fromEntries(sorted) } }, null, 2)}\n`;
}

function named({ name, version }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { name, version };
}

function runsOnLinux({ manifest }: PackageFiles): boolean {
  return manifest.systems === null || manifest.systems.includes("linux");
}

/** What a package at that place in the lock would get under the name. */
function seenFrom(
  place: string,
  { name, placed }: { name: string; placed: ReadonlyMap<string, PackageFiles> },
): PackageFiles | undefined {
  for (let at = place; ; at = at.slice(0, Math.max(at.lastIndexOf("/node_modules/"), 0))) {
    const seen = placed.get(at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`);
    if (seen !== undefined || at === "") return seen;
  }
}

function entryOf({ name, version, manifest }: PackageFiles): Record<string, unknown> {
  const kept = ENTRY_KEYS.filter((key) => manifest.content[key] !== undefined);
  return { name, version, ...Object.fromEntries(kept.map((key) => [key, manifest.content[key]])) };
}

/** Where the project's own lock says that a package comes from, and what its hash is. */
function entriesOfLock(root: string): (one: PackageFiles) => object {
  for (let folder = root; ; folder = path.dirname(folder)) {
    const file = path.join(folder, "package-lock.json");
    if (fs.existsSync(file)) return (one) => originOf(one, { folder, entries: packagesIn(file) });
    if (folder === path.dirname(folder)) return () => ({});
  }
}

type LockEntries = Readonly<Record<string, { version?: unknown; resolved?: unknown; integrity?: unknown } | undefined>>;

const projectLock = fields({ packages: table(object) });

function packagesIn(file: string): LockEntries {
  try {
    const lock: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
    return faultIn(projectLock, lock) === null ? (lock as { packages: LockEntries }).packages : {};
  } catch {
    return {};
  }
}

function originOf(one: PackageFiles, { folder, entries }: { folder: string; entries: LockEntries }): object {
  const entry = entries[slashed(path.relative(folder, one.folder))];
  const isThere =
    entry?.version === one.version && typeof entry.resolved === "string" && /^https?:/.test(entry.resolved);
  return isThere ? { resolved: entry.resolved, integrity: entry.integrity } : {};
}
