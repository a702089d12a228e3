import fs from "node:fs";
import path from "node:path";
import { totalBytes } from "../total-bytes.ts";
import { refuseGrowing } from "../refuse-growing.ts";
import type { ObjectReader, Storage } from "../storage.ts";
import { explainFileError } from "./explain-file-error.ts";
import { entriesBelow, filesBelow, foreignBelow, removeEmptyFolders, removeEmptyTree } from "./entries-below.ts";
import type { HashedBytes } from "../files/hashed-copy.ts";
import { placeFile } from "./place-file.ts";
import { takeFile } from "./take-file.ts";
import { openAppender } from "./open-appender.ts";
import { Places } from "./places.ts";
import { isFile, lookAt, openReader, readEnd, readIfThere } from "./open-reader.ts";
import { FileTail } from "./file-tail.ts";
import { fileWriter } from "./file-writer.ts";

/** What is older is made to look recent when it is deposited again: what cleans the store takes its time from that. */
const FRESH_MS = 30 * 60_000;

export interface LocalStorageOptions {
  /** Survive a power cut: what is written is on the disk itself before the call returns. */
  readonly isDurable?: boolean;
}

/** A folder as storage: each object is a file, written beside its place and renamed into it. */
export function localStorage(root: string, { isDurable = false }: LocalStorageOptions = {}): Storage {
  const places = new Places(root);
  const fileOf = (key: string) => places.fileOf(key);
  const writer = fileWriter({ root, isDurable });
  let refreshed: string[] = [];

  /** What only its owner can make look recent is copied into its place; false if it has gone. */
  function renew(file: string): boolean {
    try {
      writer.renew(file);
      return true;
    } catch (error) {
      if (lookAt(file) === null) return false;
      throw error;
    }
  }

  function read(key: string): Uint8Array | null {
    refuseGrowing(key);
    return explainFileError("read", key, () => readIfThere(fileOf(key), key));
  }

  function open(key: string): ObjectReader | null {
    return explainFileError("read", key, () => openReader(fileOf(key), key));
  }

  return {
    location: root,
    folder: root,
    isRemote: false,
    segmentBytes: Infinity,
    read,
    readSoon: read,
    open,
    openSoon: open,
    tail: (key) => new FileTail(places, key),
    end: (key, count) => explainFileError("read", key, () => readEnd(fileOf(key), { key, count })),
    has: (key) => isFile(fileOf(key)),
    write: (key, chunks) => explainFileError("write", key, () => writer.replace(fileOf(key), chunks)),
    writeSoon: (key, chunks) => explainFileError("write", key, () => writer.replace(fileOf(key), chunks)),
    create(key, chunks) {
      return explainFileError("write", key, () => {
        const file = fileOf(key);
        return lookAt(file) === null && writer.create(file, chunks);
      });
    },
    deposit(key, chunks) {
      const file = fileOf(key);
      const known = lookAt(file);
      // A power cut can leave a file short; what is no file at all makes place.
      if (known?.isFile() !== true || known.size !== totalBytes(chunks))
        return explainFileError("write", key, () => writer.replace(file, chunks));
      if (Date.now() - known.mtimeMs < FRESH_MS) return;
      explainFileError("write", key, () => refresh(file) || writer.replace(file, chunks));
      refreshed.push(key);
    },
    async takeFile(file, keyOf) {
      let key = "a file";
      const placeOf = ({ hash, size }: HashedBytes) => {
        const place = fileOf((key = keyOf(hash)));
        const known = lookAt(place);
        if (known?.isFile() !== true || known.size !== size) return place;
        if (Date.now() - known.mtimeMs < FRESH_MS) return null;
        if (!refresh(place)) return place;
        refreshed.push(key);
        return null;
      };
      try {
        return await takeFile(file, { folder: path.join(root, "blobs"), writer, isDurable, placeOf });
      } catch (error) {
        return explainFileError("write", key, () => {
          throw error;
        });
      }
    },
    placeFile: (key, as) => placeFile(fileOf(key), as),
    touch(keys) {
      return keys.filter((key) => {
        const file = fileOf(key);
        const known = lookAt(file);
        if (known?.isFile() !== true) return true;
        if (Date.now() - known.mtimeMs < FRESH_MS) return false;
        if (!explainFileError("write", key, () => refresh(file) || renew(file))) return true;
        refreshed.push(key);
        return false;
      });
    },
    flush() {
      const keys = refreshed;
      refreshed = [];
      return keys;
    },
    list: (prefix) => explainFileError("list", prefix, () => entriesBelow(places.folderOf(prefix))),
    *walk(prefix) {
      places.folderOf(prefix);
      yield* filesBelow(root, prefix);
    },
    remove(keys) {
      for (const key of keys) explainFileError("remove", key, () => fs.rmSync(fileOf(key), { force: true }));
      removeEmptyFolders(new Set(keys.map((key) => path.dirname(fileOf(key)))), root);
    },
    *foreign(prefixes) {
      for (const prefix of prefixes) yield* foreignBelow(root, prefix);
    },
    removeEmpty(prefix) {
      const folder = places.folderOf(prefix);
      removeEmptyTree(folder);
      removeEmptyFolders([path.dirname(folder)], root);
    },
    abandonUploads: () => 0,
    append: (key, { isPrivate = false } = {}) =>
      explainFileError("write", key, () => openAppender(fileOf(key), { key, writer, isDurable, isPrivate })),
    ahead: () => undefined,
    close: () => undefined,
  };
}

/** False where it is somebody else's file, or has gone. */
function refresh(file: string): boolean {
  try {
    fs.lutimesSync(file, new Date(), new Date());
    return true;
  } catch {
    return false;
  }
}
