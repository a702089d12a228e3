import fs from "node:fs";
import path from "node:path";
import { MillraceError } from "../../../sdk/errors.ts";
import type { Appender, ObjectReader, Storage } from "../storage.ts";

/** Largest count that one read or write call takes on every platform. */
const MAX_IO_BYTES = 1 << 30;

let temporaryFiles = 0;

/** A folder as storage: each object is a file, written beside its place and renamed into it. */
export function localStorage(root: string): Storage {
  const fileOf = (key: string) => path.join(root, key);

  function putTemporary(file: string, chunks: readonly Uint8Array[]): string {
    const temporary = path.join(path.dirname(file), `.tmp-${process.pid}-${++temporaryFiles}`);
    const descriptor = openCreatingFolder(temporary);
    try {
      for (const chunk of chunks) writeFully(descriptor, chunk);
    } catch (error) {
      fs.closeSync(descriptor);
      fs.rmSync(temporary, { force: true });
      throw error;
    }
    fs.closeSync(descriptor);
    return temporary;
  }

  return {
    location: root,
    read: (key) => explained("read", key, () => readIfThere(fileOf(key))),
    open: (key) => explained("read", key, () => openReader(fileOf(key))),
    has: (key) => fs.existsSync(fileOf(key)),
    write(key, chunks) {
      explained("write", key, () => fs.renameSync(putTemporary(fileOf(key), chunks), fileOf(key)));
    },
    create(key, chunks) {
      if (fs.existsSync(fileOf(key))) return false;
      return explained("write", key, () => linkIfAbsent(putTemporary(fileOf(key), chunks), fileOf(key)));
    },
    list: (prefix) => explained("list", prefix, () => listFolder(fileOf(prefix))),
    remove: (key) => fs.rmSync(fileOf(key), { force: true }),
    append: (key) => explained("write", key, () => openAppender(fileOf(key), key)),
  };
}

function openCreatingFolder(file: string, flags = "wx"): number {
  try {
    return fs.openSync(file, flags);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    return fs.openSync(file, flags);
  }
}

function writeFully(descriptor: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.byteLength;) {
    at += fs.writeSync(descriptor, chunk, at, Math.min(chunk.byteLength - at, MAX_IO_BYTES));
  }
}

function linkIfAbsent(temporary: string, file: string): boolean {
  try {
    fs.linkSync(temporary, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    // Some file systems know no hard links; objects created this way hold the same bytes whoever wins.
    fs.renameSync(temporary, file);
    return true;
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

function readIfThere(file: string): Uint8Array | null {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
    throw error;
  }
}

function openReader(file: string): ObjectReader | null {
  let descriptor: number;
  try {
    descriptor = fs.openSync(file, "r");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
  return {
    size: fs.fstatSync(descriptor).size,
    read(target, position) {
      for (let at = 0; at < target.byteLength;) {
        const count = Math.min(target.byteLength - at, MAX_IO_BYTES);
        const got = fs.readSync(descriptor, target, at, count, position + at);
        if (got === 0) throw new Error(`${file} ends after ${position + at} bytes`);
        at += got;
      }
    },
    readUpTo(count, position) {
      const buffer = Buffer.allocUnsafe(count);
      let at = 0;
      for (let got = 1; got > 0 && at < count; at += got)
        got = fs.readSync(descriptor, buffer, at, count - at, position + at);
      return buffer.subarray(0, at);
    },
    close: () => fs.closeSync(descriptor),
  };
}

function openAppender(file: string, key: string): Appender {
  const descriptor = openCreatingFolder(file, "a");
  let failure: unknown = null;
  return {
    append: (bytes) =>
      explained("write", key, () => {
        // Part of the last bytes may be there: more would make them look whole.
        if (failure !== null) throw failure;
        try {
          writeFully(descriptor, typeof bytes === "string" ? Buffer.from(bytes) : bytes);
        } catch (error) {
          failure = error;
          throw error;
        }
      }),
    close: () => fs.closeSync(descriptor),
  };
}

function listFolder(folder: string): string[] {
  let entries: fs.Dirent[];
  try {
    entries = fs.readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return [];
    throw error;
  }
  const names = entries.filter((entry) => !entry.name.startsWith(".tmp-"));
  return names.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: "give yourself write permission there, or choose another folder with --datastore",
  EPERM: "give yourself write permission there, or choose another folder with --datastore",
  EROFS: "the file system is read-only: choose another folder with --datastore",
  ENOSPC: "the disk is full: free some space and resume the run, nothing that was finished is lost",
  EDQUOT: "the disk quota is used up: free some space and resume the run, nothing that was finished is lost",
  ENOTDIR: "a file stands where a folder is needed: choose another folder with --datastore",
  EMFILE: "too many files are open: raise the limit with ulimit -n",
};

function explained<T>(verb: string, key: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code, path: place } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new MillraceError({
      code: "MILLRACE_STORAGE",
      headline: `Cannot ${verb} ${key} in the datastore: ${(error as Error).message}`,
      ...(place === undefined ? {} : { details: [`place: ${place}`] }),
      hint: REMEDIES[code] ?? "check the datastore's folder",
      cause: error,
    });
  }
}
