import fs from "node:fs";
import { copyFile } from "node:fs/promises";
import path from "node:path";
import { hashOfBlobKey } from "../blob-key.ts";
import { totalBytes } from "../total-bytes.ts";
import { openReader, readIfThere } from "../local/open-reader.ts";
import { makeFolders } from "../local/make-folders.ts";
import { placeFile } from "../local/place-file.ts";
import { temporaryName } from "../local/temporary-name.ts";
import { fileWriter } from "../local/file-writer.ts";
import type { PlacedFile, Placing, Storage, Want } from "../storage.ts";
import type { Fetching } from "../objects/fetch-file.ts";
import type { RemoteStorage } from "./thread-storage.ts";

/** Cleaned after so much of the limit was written. */
const CLEANING_SHARE = 1 / 20;
/** A single blob may take so much of the limit. */
const BLOB_SHARE = 1 / 4;
/** A use is noted at most so often. */
const USE_MS = 60 * 60_000;

export interface BlobCacheOptions {
  readonly folder: string;
  readonly limitBytes: number;
}

/**
 * Keeps blobs of a remote storage on this machine's disk. They never change, and whoever reads one checks its hash, so
 * the cache can only save time; where it cannot be written, everything goes on without it.
 */
export function withBlobCache(storage: RemoteStorage, { folder, limitBytes }: BlobCacheOptions): Storage {
  if (limitBytes === 0) return storage;
  // What a private bucket holds must not become readable for everybody on this machine.
  const writer = fileWriter({ root: folder, isDurable: false, folderMode: 0o700 });
  const maxBytes = limitBytes * BLOB_SHARE;
  let isUsable = true;
  let written = Infinity;

  const fileOf = (hash: string) => path.join(folder, hash.slice(0, 2), hash.slice(2));

  function grew(bytes: number): void {
    written += bytes;
    if (written < limitBytes * CLEANING_SHARE) return;
    written = 0;
    storage.trim(folder, limitBytes);
  }

  /** Where a copy of a blob lies, or would; null where the cache is of no use. */
  function placeFor(key: string): { readonly hash: string; readonly file: string; readonly isThere: boolean } | null {
    const hash = hashOfBlobKey(key);
    if (hash === null || !isUsable) return null;
    const file = fileOf(hash);
    try {
      const known = fs.statSync(file, { throwIfNoEntry: false });
      if (known !== undefined && Date.now() - known.mtimeMs > USE_MS) noteUse(file);
      return { hash, file, isThere: known !== undefined };
    } catch {
      // Not ours to look into, or no folder at all.
      isUsable = false;
      return null;
    }
  }

  function fetchedFile(file: string, fetched: Fetching): string | null {
    if (fetched === "no room") isUsable = false;
    if (fetched !== "stored") return null;
    grew(fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0);
    return file;
  }

  /** The file, brought here if need be; null where the cache is of no use. */
  function fileFor(key: string): string | null {
    const place = placeFor(key);
    if (place === null) return null;
    const { hash, file, isThere } = place;
    return isThere ? file : fetchedFile(file, storage.fetch(key, { file, hash, maxBytes }));
  }

  async function fileSoon(key: string): Promise<string | null> {
    const place = placeFor(key);
    if (place === null) return null;
    const { hash, file, isThere } = place;
    return isThere ? file : fetchedFile(file, await storage.fetchSoon(key, { file, hash, maxBytes }));
  }

  function keep(hash: string, chunks: readonly Uint8Array[]): void {
    const size = totalBytes(chunks);
    if (!isUsable || size > maxBytes || fs.existsSync(fileOf(hash))) return;
    try {
      writer.replace(fileOf(hash), chunks);
      grew(size);
    } catch {
      // Full or not ours: not worth another try.
      isUsable = false;
    }
  }

  /** What was placed is there for the next task as well; in a copy, as nobody keeps tasks from writing to theirs. */
  async function keepCopy(hash: string, file: string): Promise<void> {
    const place = fileOf(hash);
    const copy = temporaryName(path.dirname(place));
    try {
      const { size } = fs.statSync(file);
      if (!isUsable || size > maxBytes) return;
      makeFolders(path.dirname(place), 0o700);
      await copyFile(file, copy, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE);
      fs.renameSync(copy, place);
      grew(size);
    } catch {
      // Fetched once more, then.
      fs.rmSync(copy, { force: true });
    }
  }

  return {
    ...storage,
    read(key) {
      const file = fileFor(key);
      return (file === null ? null : readIfThere(file, key)) ?? storage.read(key);
    },
    open(key) {
      const file = fileFor(key);
      return (file === null ? null : openReader(file, key)) ?? storage.open(key);
    },
    async openSoon(key) {
      const file = await fileSoon(key);
      return (file === null ? null : openReader(file, key)) ?? storage.openSoon(key);
    },
    deposit(key, chunks) {
      storage.deposit(key, chunks);
      const hash = hashOfBlobKey(key);
      if (hash !== null) keep(hash, chunks);
    },
    async placeFile(key, as) {
      const hash = hashOfBlobKey(key);
      if (hash === null) return storage.placeFile(key, as);
      if ((await placeFromCache(fileOf(hash), as)) === "placed") {
        noteUse(fileOf(hash));
        return "placed";
      }
      const placing = await storage.placeFile(key, as);
      if (placing === "placed") await keepCopy(hash, as.file);
      return placing;
    },
    ahead(wants) {
      const others: Want[] = [];
      for (const want of wants) {
        const hash = want.op === "list" || !isUsable ? null : hashOfBlobKey(want.key);
        if (hash === null) others.push(want);
        else if (!fs.existsSync(fileOf(hash))) storage.fetchAhead(want.key, { file: fileOf(hash), hash, maxBytes });
      }
      storage.ahead(others);
    },
    dropCopy(key) {
      const hash = hashOfBlobKey(key);
      const isCopied = hash !== null && fs.existsSync(fileOf(hash));
      if (isCopied) fs.rmSync(fileOf(hash), { force: true });
      return isCopied;
    },
  };
}

/** Null where the cache is not ours to look into. */
function placeFromCache(cached: string, as: PlacedFile): Promise<Placing | null> {
  return placeFile(cached, as).catch(() => null);
}

function noteUse(file: string): void {
  try {
    fs.utimesSync(file, new Date(), new Date());
  } catch {
    // Only its turn to be removed comes sooner.
  }
}
