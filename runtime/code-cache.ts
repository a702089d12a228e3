import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import v8 from "node:v8";

/** What V8 compiled of a program, kept for the next process that starts it. */
export interface CodeCache {
  /** Null where there is none for this very source, V8 and its flags. */
  read(): Buffer | null;
  /** Kept if that is possible: a full disk or a folder of somebody else's costs nothing but the time to compile. */
  write(code: Buffer): void;
}

/** Where nothing can be kept. */
const NONE: CodeCache = { read: () => null, write: () => undefined };
const HASH = "sha1";
const HASH_BYTES = 20;
const ENDING = ".v8";
const OLD_MS = 30 * 24 * 3_600_000;
const OTHERS_WRITE = 0o022;

export interface CachedProgram {
  readonly name: string;
  /** Where it lies: places in errors are those of the file that was compiled. */
  readonly file: string;
  readonly source: Buffer;
}

/**
 * One file for each `name`, place, source and V8. V8 compares only the length of the source, and does not look whether the code
 * was damaged, so both have a hash here.
 */
export function codeCache(folder: string, { name, file: place, source }: CachedProgram): CodeCache {
  if (!isOursToMake(folder)) return NONE;
  const key = createHash(HASH)
    .update(source)
    .update(`${place} ${process.version} ${v8.cachedDataVersionTag()}`)
    .digest("hex");
  const file = path.join(folder, `${name}-${key.slice(0, 16)}${ENDING}`);
  return {
    read: () => (isOurs(folder) ? undamaged(file) : null),
    write(code) {
      try {
        fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
        if (!isOurs(folder)) return;
        removeOld(folder);
        writeWhole(file, [hashOf(code), code]);
      } catch {
        // The next process compiles as this one did.
      }
    },
  };
}

/** Code is executed: nobody else may have put it there. Windows tells no owners; there the folder lies in the user's own. */
function isOurs(folder: string): boolean {
  if (process.geteuid === undefined) return true;
  const stats = statsOf(folder);
  if (stats === null || stats === "closed") return false;
  return stats.isDirectory() && stats.uid === process.geteuid() && (stats.mode & OTHERS_WRITE) === 0;
}

/** Root, in the home of the user who called sudo, would leave a folder behind that is closed to them. */
function isOursToMake(folder: string): boolean {
  if (process.geteuid === undefined) return true;
  for (let place = folder; ; place = path.dirname(place)) {
    const stats = statsOf(place);
    if (stats === "closed") return false;
    if (stats !== null) return stats.uid === process.geteuid();
    if (place === path.dirname(place)) return false;
  }
}

/** Null: nothing is there. */
function statsOf(place: string): fs.Stats | "closed" | null {
  try {
    return fs.lstatSync(place, { throwIfNoEntry: false }) ?? null;
  } catch {
    return "closed";
  }
}

function undamaged(file: string): Buffer | null {
  try {
    const bytes = fs.readFileSync(file);
    const code = bytes.subarray(HASH_BYTES);
    return bytes.length > HASH_BYTES && hashOf(code).equals(bytes.subarray(0, HASH_BYTES)) ? code : null;
  } catch {
    return null;
  }
}

function hashOf(code: Buffer): Buffer {
  return createHash(HASH).update(code).digest();
}

function writeWhole(file: string, parts: readonly Buffer[]): void {
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    fs.writeFileSync(temporary, Buffer.concat(parts), { mode: 0o600, flag: "wx" });
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

/** Of earlier versions, and halves that killed processes left. */
function removeOld(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name);
    const stats = fs.lstatSync(file, { throwIfNoEntry: false });
    if (stats !== undefined && Date.now() - stats.mtimeMs > OLD_MS) fs.rmSync(file, { force: true });
  }
}
