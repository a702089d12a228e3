import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
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
export async function uploadFile(deposits: Deposits, { key, file, hash, size }: UploadedFile): Promise<boolean> {
  const wanted = size <= SMALL_BYTES ? null : await deposits.large(key, size);
  if (size > SMALL_BYTES && wanted === null) return true;
  const source = await open(file, "r");
  const digest = createHash("sha256");
  const readPiece = async (count: number, position: number) => {
    const piece = Buffer.allocUnsafeSlow(count);
    let at = 0;
    for (let got = 1; got > 0 && at < count; at += got)
      ({ bytesRead: got } = await source.read(piece, at, count - at, position + at));
    digest.update(piece.subarray(0, at));
    return piece.subarray(0, at);
  };
  try {
    if (wanted === null) {
      // One more than there should be, to see that there is none.
      const bytes = await readPiece(size + 1, 0);
      if (digest.digest("hex") !== hash) return false;
      await deposits.small(key, bytes);
      return true;
    }
    const { upload, partBytes } = wanted;
    for (let at = 0, index = 0; at < size; at += partBytes, index += 1)
      await deposits.part(upload, index, await readPiece(Math.min(partBytes, size - at), at));
    if (digest.digest("hex") !== hash) {
      await deposits.giveUp(upload);
      return false;
    }
    await deposits.end(upload);
    return true;
  } finally {
    await source.close();
  }
}
