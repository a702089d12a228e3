import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { writeOwnNpx } from "./environment/write-own-npx.ts";
import { installFailure } from "./install-failure.ts";
import { runNpm } from "./run-npm.ts";
import { makeFolders } from "../datastore/local/make-folders.ts";
import { versionIn } from "./version-in.ts";

/** npm packages of an `@env` step, installed. */
export interface InstalledEnvironment {
  /** Holds `node_modules`. */
  readonly folder: string;
  /** Exact version of each package asked for. */
  readonly versions: Readonly<Record<string, string>>;
}

export interface EnvironmentOptions {
  /** Shared by all runs of this user. */
  readonly cacheFolder: string;
  /** For messages. */
  readonly step: string;
  /** Called before npm begins to work. */
  onInstall(packages: readonly string[]): void;
}

/**
 * Installs packages into the cache, unless the very same set is there.
 *
 * Ranges are resolved now and the result is what the folder is named after, so that a run's tasks see one version even
 * if a newer one appears while it runs. Installing is done aside and renamed into place: two runs may do it at once.
 *
 * @throws MillraceError with npm's own words if a package cannot be installed
 */
export async function installEnvironment(
  packages: Readonly<Record<string, string>>,
  options: EnvironmentOptions,
): Promise<InstalledEnvironment> {
  const wanted = Object.fromEntries(Object.entries(packages).sort());
  const names = Object.keys(wanted);
  const base = path.join(options.cacheFolder, "environments");
  const isExact = Object.values(wanted).every((version) => /^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version));
  const exact = path.join(base, keyOf(wanted));
  if (isExact && isComplete(exact)) return { folder: exact, versions: versionsIn(exact, names) };

  options.onInstall(names.map((name) => `${name}@${wanted[name] ?? ""}`));
  const aside = path.join(base, `.tmp-${process.pid}-${randomBytes(4).toString("hex")}`);
  makeFolders(aside, 0o700);
  try {
    const manifest = { name: "millrace-environment", private: true, dependencies: wanted };
    fs.writeFileSync(path.join(aside, "package.json"), JSON.stringify(manifest));
    await npm(["install", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"], {
      folder: aside,
      wanted,
      ...options,
    });
    writeOwnNpx(aside);
    fs.writeFileSync(path.join(aside, COMPLETE), "");
    const lock = fs.readFileSync(path.join(aside, "package-lock.json"));
    const folder = isExact ? exact : path.join(base, keyOf({ lock: createHash("sha256").update(lock).digest("hex") }));
    moveInto(aside, folder);
    return { folder, versions: versionsIn(folder, names) };
  } finally {
    fs.rmSync(aside, { recursive: true, force: true });
  }
}

const COMPLETE = ".millrace-complete";
/** Raised when what lies in a folder changes. */
const LAYOUT = 2;

function keyOf(content: object): string {
  const platform = `${process.platform}-${process.arch}-node${process.versions.modules}`;
  return createHash("sha256")
    .update(JSON.stringify([platform, LAYOUT, content]))
    .digest("hex")
    .slice(0, 24);
}

function isComplete(folder: string): boolean {
  return fs.existsSync(path.join(folder, COMPLETE));
}

function moveInto(aside: string, folder: string): void {
  try {
    fs.renameSync(aside, folder);
  } catch (error) {
    // Another run was faster with the same packages.
    if (!isComplete(folder)) throw error;
  }
}

function versionsIn(folder: string, names: readonly string[]): Record<string, string> {
  const version = (name: string): string => {
    const file = path.join(folder, "node_modules", name, "package.json");
    return versionIn(fs.readFileSync(file, "utf8")) ?? "unknown";
  };
  return Object.fromEntries(names.map((name) => [name, version(name)]));
}

async function npm(
  args: readonly string[],
  at: { folder: string; step: string; wanted: Readonly<Record<string, string>> },
): Promise<void> {
  const failure = await runNpm(args, at.folder);
  if (failure !== null) throw installFailure(failure, at);
}
