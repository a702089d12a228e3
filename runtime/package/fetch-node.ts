import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { makeFolders } from "../datastore/local/make-folders.ts";
import { type NpmFailure, runNpm } from "./run-npm.ts";
import { unpackFile } from "./ship/unpack-archive.ts";

/** A Node for containers, on this machine's disk. */
export interface FetchedNode {
  readonly version: string;
  /** Holds `bin/node`, and its licence. */
  readonly folder: string;
}

export interface FetchNodeOptions {
  /** A version or a range, as npm takes it: `22`, `22.11.0`, `^24.2`. */
  readonly wanted: string;
  /** As Node calls it; of the ones for Linux. */
  readonly arch: NodeArch;
  readonly cacheFolder: string;
}

/** Nothing that npm would take for an address, an alias or an option. */
const RANGE = /^[\d^~<>=][\w.^~<>=|* -]*$/;

/** What the registry has binaries for. */
export type NodeArch = "x64" | "arm64";

/**
 * Has npm bring the binary, unless that very version is in the cache. A range is resolved now, to the newest that fits.
 * Packing and not installing: npm installs nothing for another platform.
 */
export async function fetchNode({ wanted, arch, cacheFolder }: FetchNodeOptions): Promise<FetchedNode | NpmFailure> {
  const name = `node-linux-${arch}`;
  const base = path.join(cacheFolder, "nodes");
  const folderOf = (version: string) => path.join(base, `${name}-${version}`);
  const exact = wanted.replace(/^v/, "");
  if (!RANGE.test(exact)) return { because: `it is neither a version nor a range: ${wanted}`, said: "", hint: null };
  if (/^\d+\.\d+\.\d+$/.test(exact) && isComplete(folderOf(exact))) return { version: exact, folder: folderOf(exact) };
  const aside = path.join(base, `.tmp-${process.pid}-${randomBytes(4).toString("hex")}`);
  makeFolders(aside, 0o700);
  try {
    const failure = await runNpm(["pack", `${name}@${exact}`, "--loglevel=error", "--pack-destination", "."], aside);
    if (failure !== null) {
      const version = newestKept(base, { name, wanted: exact });
      return version === null ? failure : { version, folder: folderOf(version) };
    }
    const [archive = ""] = fs.readdirSync(aside);
    const version = archive.slice(name.length + 1, -".tgz".length);
    const folder = folderOf(version);
    if (isComplete(folder)) return { version, folder };
    await unpackFile(path.join(aside, archive), path.join(aside, "all"));
    const whole = path.join(aside, "whole");
    fs.mkdirSync(path.join(whole, "bin"), { recursive: true });
    for (const file of ["bin/node", "LICENSE"])
      fs.renameSync(path.join(aside, "all/package", file), path.join(whole, file));
    moveInto(whole, folder);
    return { version, folder };
  } finally {
    fs.rmSync(aside, { recursive: true, force: true });
  }
}

/** Without a registry what was fetched before has to do; only of a plain beginning, as `22`, it is known whether it fits. */
function newestKept(base: string, { name, wanted }: { name: string; wanted: string }): string | null {
  const lead = `${name}-`;
  const kept = fs.readdirSync(base).flatMap((entry) => (entry.startsWith(lead) ? entry.slice(lead.length) : []));
  const fitting = kept.filter(
    (version) => version.startsWith(`${wanted}.`) && isComplete(path.join(base, lead + version)),
  );
  return fitting.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1) ?? null;
}

function isComplete(folder: string): boolean {
  return fs.existsSync(path.join(folder, "bin/node"));
}

function moveInto(aside: string, folder: string): void {
  try {
    fs.renameSync(aside, folder);
  } catch (error) {
    // Another run was faster with the same version.
    if (!isComplete(folder)) throw error;
  }
}
