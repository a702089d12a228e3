import { createHash } from "node:crypto";
import fs from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack as tarPack, type Pack } from "tar-stream";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { ArchiveEntry } from "./archive-entries.ts";

/** Told while files are packed. */
export interface PackProgress {
  readonly files: number;
  readonly totalFiles: number;
  /** Read so far, before compression. */
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Larger files are not held in memory. */
const STREAMED_BYTES = 16e6;
/** So small files are read at once: most are, and asking another thread takes longer than reading. */
const SMALL_BYTES = 100_000;
/** Level 6 takes twice as long and saves a thirtieth. */
const LEVEL = 4;

/**
 * Writes a gzipped tar archive: the same bytes for the same names, contents and executable bits, whenever and by whomever.
 * @returns hash and size of the archive
 */
export async function packArchive(
  entries: readonly ArchiveEntry[],
  { file, progress }: { file: string; progress: (done: PackProgress) => void },
): Promise<{ blob: string; bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const pack = tarPack();
  const written = pipeline(pack, createGzip({ level: LEVEL }), counting, fs.createWriteStream(file));
  let current: ArchiveEntry | null = null;
  const added = addAll(pack, { entries, progress, begins: (entry) => (current = entry) }).catch((error: unknown) => {
    pack.destroy(error as Error);
    throw error;
  });
  try {
    await Promise.all([written, added]);
  } catch (error) {
    // Which of the two learns first that a file is shorter than it was is not said.
    throw current === null || isAboutWriting(error, file) ? error : unreadable(current, error);
  }
  return { blob: hash.digest("hex"), bytes };
}

interface Adding {
  readonly entries: readonly ArchiveEntry[];
  readonly progress: (done: PackProgress) => void;
  readonly begins: (entry: ArchiveEntry) => void;
}

async function addAll(pack: Pack, { entries, progress, begins }: Adding): Promise<void> {
  const totalBytes = entries.reduce((sum, { size }) => sum + size, 0);
  let bytes = 0;
  for (const [files, entry] of entries.entries()) {
    progress({ files, totalFiles: entries.length, bytes, totalBytes });
    begins(entry);
    await add(pack, entry);
    bytes += entry.size;
  }
  pack.finalize();
}

function isAboutWriting(error: unknown, file: string): boolean {
  const { path: place, syscall } = error as NodeJS.ErrnoException;
  return place === file || syscall === "write";
}

async function add(pack: Pack, entry: ArchiveEntry): Promise<void> {
  const header = {
    name: entry.name,
    mode: entry.isExecutable ? 0o755 : 0o644,
    mtime: new Date(0),
    uid: 0,
    gid: 0,
    uname: "",
    gname: "",
  };
  if (entry.linkName !== null) {
    const link = { ...header, type: "symlink" as const, linkname: entry.linkName, size: 0 };
    return called((done) => pack.entry(link, done));
  }
  if (entry.size <= STREAMED_BYTES) {
    const content = entry.size <= SMALL_BYTES ? fs.readFileSync(entry.path) : await fs.promises.readFile(entry.path);
    return called((done) => pack.entry({ ...header, size: content.length }, content, done));
  }
  const target = pack.entry({ ...header, size: entry.size });
  await pipeline(fs.createReadStream(entry.path, { end: entry.size - 1 }), target);
}

function unreadable({ path: file }: ArchiveEntry, cause: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_PACKAGE",
    headline: `Cannot ship ${file} because it cannot be read, or changed while it was read`,
    details: [String(cause)],
    hint: "start the command again once the file is readable and no longer changes",
    cause,
  });
}

function called(action: (done: (error?: Error | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    action((error) => (error == null ? resolve() : reject(error)));
  });
}
