import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import type { Deposits } from "./deposits.ts";

export interface UploadedFile {
  readonly key: string;
  readonly file: string;
  readonly hash: string;
  readonly size: number;
}

/** Up to this size an object is one request. */
const SMALL_BYTES = 8 * 2 ** 20;

/** Stores a file under the key of its content; false if it is not that content any more, and nothing is stored then. */
export async function uploadFile(deposits: Deposits, uploaded: UploadedFile): Promise<boolean> {
  // Before an upload begins that nobody would end.
  const source = await openIfThere(uploaded.file);
  if (source === null) return false;
  try {
    const pieces = new HashedPieces(source);
    return await (uploaded.size <= SMALL_BYTES ? uploadWhole : uploadParts)(deposits, { ...uploaded, pieces });
  } finally {
    await source.close();
  }
}

async function openIfThere(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

interface OpenedFile extends UploadedFile {
  readonly pieces: HashedPieces;
}

async function uploadWhole(deposits: Deposits, { key, hash, size, pieces }: OpenedFile): Promise<boolean> {
  // One more than there should be, to see that there is none.
  const bytes = await pieces.read(size + 1, 0);
  if (pieces.digest() !== hash) return false;
  await deposits.small(key, bytes);
  return true;
}

async function uploadParts(deposits: Deposits, { key, hash, size, pieces }: OpenedFile): Promise<boolean> {
  const wanted = await deposits.large(key, size);
  if (wanted === null) return true;
  const { upload, partBytes } = wanted;
  let isSame: boolean;
  try {
    for (let at = 0, index = 0; at < size; at += partBytes, index += 1)
      await deposits.part(upload, index, await pieces.read(Math.min(partBytes, size - at), at));
    isSame = pieces.digest() === hash;
  } catch (error) {
    await deposits.giveUp(upload);
    throw error;
  }
  await (isSame ? deposits.end(upload) : deposits.giveUp(upload));
  return isSame;
}

/** A file read from its beginning on, and the hash of what was read. */
class HashedPieces {
  readonly #source: FileHandle;
  readonly #hash = createHash("sha256");

  constructor(source: FileHandle) {
    this.#source = source;
  }

  /** Fewer bytes only where the file ends. */
  async read(count: number, position: number): Promise<Buffer> {
    const piece = Buffer.allocUnsafeSlow(count);
    let at = 0;
    for (let got = 1; got > 0 && at < count; at += got)
      ({ bytesRead: got } = await this.#source.read(piece, at, count - at, position + at));
    const read = piece.subarray(0, at);
    this.#hash.update(read);
    return read;
  }

  digest(): string {
    return this.#hash.digest("hex");
  }
}
