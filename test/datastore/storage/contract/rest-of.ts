import type { Tail } from "../../../../runtime/datastore/storage.ts";

/** All that a tail has to give now. */
export function restOf(tail: Tail, encoding: BufferEncoding = "utf8"): string {
  const pieces: Buffer[] = [];
  for (let isLast = false; !isLast;) {
    const piece = tail.next();
    pieces.push(piece.bytes);
    isLast = piece.isLast;
  }
  return Buffer.concat(pieces).toString(encoding);
}
