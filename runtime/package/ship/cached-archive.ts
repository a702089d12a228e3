import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { isMillraceError, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { archiveEntries, keyOfEntries } from "./archive-entries.ts";
import type { FoundFile } from "./found-file.ts";
import { packArchive, type PackProgress } from "./pack-archive.ts";
import { makeFolders } from "../../datastore/local/make-folders.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";

/** An archive on this machine's disk. */
export interface PackedArchive {
  readonly file: string;
  /** Its hash. */
  readonly blob: string;
  readonly bytes: number;
}

export interface ArchiveCacheOptions {
  readonly cacheFolder: string;
  /** Paths in the archive are relative to it. */
  readonly base: string;
  /** Called only where something has to be packed. */
  readonly progress: (done: PackProgress) => void;
}

/** The latest archives are kept: a second launch reads none of the files, if they are as they were. */
export async function cachedArchive(files: readonly FoundFile[], options: ArchiveCacheOptions): Promise<PackedArchive> {
  const folder = path.join(options.cacheFolder, "shipments");
  const entries = archiveEntries(files, options.base);
  const key = keyOfEntries(entries);
  const known = kept(folder).find(({ name }) => name.startsWith(`${key}-`));
  if (known !== undefined) {
    touch(known.file);
    return { file: known.file, blob: known.name.slice(key.length + 1, -SUFFIX.length), bytes: known.size };
  }
  const aside = path.join(folder, `.tmp-${process.pid}-${randomBytes(4).toString("hex")}`);
  try {
    makeFolders(folder, 0o700);
    const { blob, bytes } = await packArchive(entries, { file: aside, progress: options.progress });
    const file = path.join(folder, `${key}-${blob}${SUFFIX}`);
    fs.renameSync(aside, file);
    prune(folder);
    return { file, blob, bytes };
  } catch (error) {
    throw isMillraceError(error) ? error : cannotKeep(folder, error);
  } finally {
    if (fs.existsSync(aside)) fs.rmSync(aside);
  }
}

function cannotKeep(folder: string, cause: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_PACKAGE",
    headline: `Cannot pack what is to be shipped because the cache cannot be written: ${folder}`,
    details: [messageOf(cause)],
    hint: "free some space there, or set MILLRACE_CACHE to another folder",
    cause,
  });
}

const SUFFIX = ".tgz";
const MAX_KEPT = 10;
/** Whoever found an archive may be about to read it, and one that is being written grows. */
const IN_USE_MS = 3_600_000;

interface Kept {
  readonly name: string;
  readonly file: string;
  readonly size: number;
  readonly usedAt: number;
}

function kept(folder: string): Kept[] {
  return namesIn(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .flatMap((name) => statOf(folder, name));
}

function prune(folder: string): void {
  const unused = (one: Kept) => Date.now() - one.usedAt > IN_USE_MS;
  const byUse = kept(folder).sort((a, b) => b.usedAt - a.usedAt);
  const left = namesIn(folder)
    .filter((name) => name.startsWith(".tmp-"))
    .flatMap((name) => statOf(folder, name));
  for (const { file } of [...byUse.slice(MAX_KEPT), ...left].filter(unused)) fs.rmSync(file, { force: true });
}

function namesIn(folder: string): string[] {
  return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
}

/** Nothing, where another process has just removed it. */
function statOf(folder: string, name: string): Kept[] {
  const file = path.join(folder, name);
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? [] : [{ name, file, size: stat.size, usedAt: stat.mtimeMs }];
}

function touch(file: string): void {
  try {
    fs.utimesSync(file, new Date(), new Date());
  } catch {
    // A cache that others share, or that cannot be written: the archive serves all the same.
  }
}
