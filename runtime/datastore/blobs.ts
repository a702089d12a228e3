import { createHash, type Hash } from "node:crypto";
import { hasCode, MillraceError } from "../../sdk/base/millrace-error.ts";
import { blobKey } from "./blob-key.ts";
import { outliveCollection } from "./maintenance/outlive-collection.ts";
import type { HashedBytes } from "./files/hashed-copy.ts";
import type { ByteSource } from "./codec/byte-source.ts";
import type { Storage } from "./storage.ts";
import { admitOtherBlobs } from "./store-format.ts";

/** Content-addressed, immutable bytes: equal content is stored once, whichever flow wrote it. */
export interface Blobs {
  /** Told of each value that is saved, before its bytes are stored or laid beside their reference. */
  encoded?(name: string, chunks: readonly Uint8Array[]): void;
  /** Begins to store the bytes under their hash, unless they are there; whatever names them is written after `settle`. */
  put(hash: string, chunks: readonly Uint8Array[]): void;
  /**
   * Waits until all that was put is stored.
   * @throws MillraceError `MILLRACE_COLLECTED` if a gc removed what was there already
   */
  settle(): void;
  /** Called before a value names files, or a card a blob: programs that do not know them are to leave the store alone. */
  admitOtherBlobs(): void;
  /** Stores a file's bytes, piece by piece. */
  take(file: string): Promise<HashedBytes>;
  /**
   * Puts a copy of a blob as a read-only file there.
   * @throws MillraceError if it is not there, is damaged, the disk does not take it, or another file lies there
   */
  place(hash: string, file: string): Promise<void>;
  /** Keeps blobs that are about to be named once more; gives the hashes of those that are not there. */
  touch(hashes: readonly string[]): readonly string[];
  /** Announces blobs that will be read soon. */
  ahead(hashes: readonly string[]): void;
  /** The bytes, checked against the hash. */
  get(hash: string): Uint8Array;
  /** Lets a reader take parts in order of position; what was read is checked against the hash at the end. */
  read<T>(hash: string, reader: (source: ByteSource) => T, options?: BlobReadOptions): T;
}

export interface BlobReadOptions {
  /** As it was stored: a blob of another size is not read. */
  readonly size?: number;
}

/** Whether a larger one that makes no sense is what was stored is not worth minutes of reading. */
const MAX_JUDGED_BYTES = 2 ** 30;

export function blobs(storage: Storage): Blobs {
  let areOthersAdmitted = false;
  return {
    admitOtherBlobs() {
      if (!areOthersAdmitted) admitOtherBlobs(storage);
      areOthersAdmitted = true;
    },
    put(hash, chunks) {
      storage.deposit(blobKey(hash), chunks);
    },
    take: (file) => storage.takeFile(file, blobKey),
    async place(hash, file) {
      const placing = await storage.placeFile(blobKey(hash), { file, hash });
      if (placing === "missing") throw missing(hash);
      if (placing === "damaged") throw damaged(hash);
      if (placing === "no room") throw noRoom(file);
      if (placing === "occupied") throw occupied(file);
    },
    touch(hashes) {
      const missingKeys = new Set(storage.touch(hashes.map(blobKey)));
      return hashes.filter((hash) => missingKeys.has(blobKey(hash)));
    },
    settle() {
      const refreshed = storage.flush();
      if (refreshed.length > 0) outliveCollection(storage, refreshed);
    },
    ahead: (hashes) => storage.ahead(hashes.map((hash) => ({ op: "open", key: blobKey(hash) }))),
    get: (hash) =>
      orFromOrigin(storage, hash, () => {
        const bytes = storage.read(blobKey(hash));
        if (bytes === null) throw missing(hash);
        if (hashOf([bytes]) !== hash) throw damaged(hash);
        return bytes;
      }),
    read: (hash, reader, { size } = {}) =>
      orFromOrigin(storage, hash, () => readChecked(storage, { hash, reader, size })),
  };
}

function readChecked<T>(
  storage: Storage,
  { hash, reader, size }: { hash: string; reader: (source: ByteSource) => T; size: number | undefined },
): T {
  const object = storage.open(blobKey(hash));
  if (object === null) throw missing(hash);
  try {
    if (object.size !== (size ?? object.size)) throw damaged(hash);
    const checked = hashingSource(object);
    let value: T;
    try {
      value = reader(checked.source);
    } catch (error) {
      // What makes no sense may simply not be what was stored.
      throw object.size <= MAX_JUDGED_BYTES && checked.digest() === hash ? error : damaged(hash);
    }
    if (checked.digest() !== hash) throw damaged(hash);
    return value;
  } finally {
    object.close();
  }
}

/** A damaged copy on this machine is given up for the blob itself. */
function orFromOrigin<T>(storage: Storage, hash: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const isDamaged = hasCode(error, "MILLRACE_DAMAGED_BLOB");
    if (!isDamaged || storage.dropCopy?.(blobKey(hash)) !== true) throw error;
    return action();
  }
}

/** SHA-256 over the chunks, hex. */
export function hashOf(chunks: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const chunk of chunks) update(hash, chunk);
  return hash.digest("hex");
}

/** Hashes what passes through; skipped bytes are read for the hash alone. */
function hashingSource(object: { size: number; read(target: Uint8Array, position: number): void }) {
  const hash = createHash("sha256");
  let hashed = 0;

  function hashUpTo(position: number): void {
    const buffer = Buffer.allocUnsafe(Math.min(Math.max(position - hashed, 0), 1 << 20));
    while (hashed < position) {
      const part = buffer.subarray(0, Math.min(buffer.length, position - hashed));
      object.read(part, hashed);
      hash.update(part);
      hashed += part.length;
    }
  }

  const source: ByteSource = {
    size: object.size,
    read(target, position) {
      hashUpTo(position);
      object.read(target, position);
      if (position + target.byteLength > hashed) {
        const fresh = target.subarray(hashed - position);
        update(hash, fresh);
        hashed += fresh.byteLength;
      }
    },
  };
  let digest: string | null = null;
  return {
    source,
    digest() {
      if (digest === null) hashUpTo(object.size);
      return (digest ??= hash.digest("hex"));
    },
  };
}

/** One update takes at most 2 GiB. */
function update(hash: Hash, bytes: Uint8Array): void {
  const step = 1 << 30;
  for (let at = 0; at < bytes.byteLength; at += step) hash.update(bytes.subarray(at, at + step));
}

function missing(hash: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_MISSING_BLOB",
    headline: `Cannot read blob ${hash.slice(0, 16)}… because it is not in the datastore`,
    details: [`key: ${blobKey(hash)}`],
    hint: "was the datastore copied in part, or cleaned by hand? Run the step that made it again",
  });
}

function noRoom(file: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_FILE",
    headline: `Cannot put a stored file on this machine because it cannot be written there: ${file}`,
    hint: "is the disk full? TMPDIR names the folder for such files",
  });
}

function occupied(file: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_FILE",
    headline: `Cannot put a stored file on this machine because another one lies there: ${file}`,
    hint: "remove it, or ask for the file's bytes() or stream()",
  });
}

function damaged(hash: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DAMAGED_BLOB",
    headline: `Cannot use blob ${hash.slice(0, 16)}… because its bytes are not the ones that were stored`,
    details: [`key: ${blobKey(hash)}`],
    hint: "the disk or a copy damaged it: fsck --repair sets it aside; then run the step that made it again",
  });
}
