import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

/** Bytes and their SHA-256, hex. */
export interface HashedBytes {
  readonly hash: string;
  readonly size: number;
}

const PIECE_BYTES = 4 * 2 ** 20;

/**
 * Reads a file to its end, hashes it, and writes it on where there is a target. The next piece is read while one is hashed
 * and written, so two pieces are all that is in memory.
 */
export async function hashedCopy(source: FileHandle, target: FileHandle | null): Promise<HashedBytes> {
  const hash = createHash("sha256");
  const buffers = [Buffer.allocUnsafeSlow(PIECE_BYTES), Buffer.allocUnsafeSlow(PIECE_BYTES)] as const;
  let written: Promise<void> = Promise.resolve();
  let size = 0;
  let [current, other]: readonly [Buffer, Buffer] = buffers;
  for (let count = await readPiece(source, current); count > 0;) {
    const piece = current.subarray(0, count);
    // It was of the other buffer, which is free then.
    await written;
    const reading = readPiece(source, other);
    written = target === null ? Promise.resolve() : writePiece(target, piece);
    // Told at the next piece: until then nobody waits for it.
    written.catch(() => undefined);
    hash.update(piece);
    size += count;
    try {
      count = await reading;
    } catch (error) {
      await written.catch(() => undefined);
      throw error;
    }
    [current, other] = [other, current];
  }
  await written;
  return { hash: hash.digest("hex"), size };
}

async function readPiece(source: FileHandle, buffer: Buffer): Promise<number> {
  let at = 0;
  while (at < buffer.length) {
    const { bytesRead } = await source.read(buffer, at, buffer.length - at, null);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return at;
}

async function writePiece(target: FileHandle, piece: Buffer): Promise<void> {
  for (let at = 0; at < piece.length;) at += (await target.write(piece, at, piece.length - at, null)).bytesWritten;
}
