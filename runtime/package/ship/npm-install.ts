import { createHash } from "node:crypto";
import { slashed } from "./found-file.ts";
import { lockFile } from "./lock-file.ts";
import type { PackageFiles } from "./package-files.ts";
import type { Survey } from "./survey.ts";

/** What npm has to install, as it is on this machine's disk. */
export interface PreparedInstall {
  /** A `package-lock.json`. */
  readonly lock: string;
  readonly manifest: string;
  readonly key: string;
  readonly places: Readonly<Record<string, string>>;
}

/** Names the packages that are left to npm, each with the version that is installed here. */
export function npmInstall(
  of: Pick<Survey, "left" | "packages" | "root"> & { inBase(folder: string): string },
): PreparedInstall {
  const slots = new Map<string, PackageFiles>();
  const places: Record<string, string> = {};
  for (const one of of.left) {
    // One that is for other systems only has a counterpart, which npm takes instead.
    if (!isForLinux(one)) continue;
    const slot = slotFor(one, slots);
    slots.set(slot, one);
    places[slashed(of.inBase(one.folder))] = slot;
  }
  const dependencies = Object.fromEntries([...slots].sort(byName).map(([slot, one]) => [slot, wanted(slot, one)]));
  const manifest = { name: "millrace-native", version: "1.0.0", private: true, dependencies };
  const lock = lockFile({ manifest, slots, packages: [...of.packages, ...of.left], root: of.root });
  const key = createHash("sha256").update(lock).digest("hex").slice(0, 24);
  return { lock, manifest: JSON.stringify(manifest), key, places };
}

/** A second version of a package gets a name of its own. */
function slotFor(one: PackageFiles, slots: ReadonlyMap<string, PackageFiles>): string {
  const known = slots.get(one.name);
  if (known === undefined || known.version === one.version) return one.name;
  return `${one.name}-${one.version.replaceAll(/[^a-z0-9.-]/gi, "-")}`;
}

function wanted(slot: string, { name, version }: PackageFiles): string {
  return slot === name ? version : `npm:${name}@${version}`;
}

function isForLinux({ manifest }: PackageFiles): boolean {
  const { systems } = manifest;
  if (systems === null || systems.includes("linux")) return true;
  return systems.every((system) => system.startsWith("!")) && !systems.includes("!linux");
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
