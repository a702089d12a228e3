import type { Writable } from "node:stream";

/** Lengths of the two parts, each in four bytes. */
const LENGTHS = 8;

/** So many bytes are copied sooner than sent piece by piece. */
const COPIED_BYTES = 64 * 1024;

/** Writes a frame: its head, as JSON, and a body of these pieces. */
export function writeFrame(channel: Writable, head: object, pieces: readonly Uint8Array[]): void {
  const text = JSON.stringify(head);
  const headSize = Buffer.byteLength(text);
  let bodySize = 0;
  for (const { length } of pieces) bodySize += length;
  const from = LENGTHS + headSize;
  const isOne = bodySize <= COPIED_BYTES;
  const bytes = Buffer.allocUnsafe(isOne ? from + bodySize : from);
  bytes.writeUInt32LE(headSize, 0);
  bytes.writeUInt32LE(bodySize, 4);
  bytes.write(text, LENGTHS);
  if (!isOne) {
    channel.cork();
    channel.write(bytes);
    for (const piece of pieces) channel.write(piece);
    return channel.uncork();
  }
  let at = from;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  channel.write(bytes);
}

/** Cuts a stream of bytes into frames; the returned function takes its next piece. */
export function frameReader(onFrame: (head: unknown, body: Buffer) => void): (piece: Buffer) => void {
  let waiting: Buffer[] = [];
  let size = 0;
  let wanted = LENGTHS;
  return (piece) => {
    waiting.push(piece);
    size += piece.length;
    if (size < wanted) return;
    let bytes = waiting.length === 1 ? piece : Buffer.concat(waiting, size);
    for (;;) {
      const head = bytes.length < LENGTHS ? 0 : bytes.readUInt32LE(0);
      wanted = bytes.length < LENGTHS ? LENGTHS : LENGTHS + head + bytes.readUInt32LE(4);
      if (bytes.length < wanted) break;
      const from = LENGTHS + head;
      onFrame(JSON.parse(bytes.toString("utf8", LENGTHS, from)), bytes.subarray(from, wanted));
      bytes = bytes.subarray(wanted);
      wanted = LENGTHS;
      if (bytes.length === 0) break;
    }
    waiting = bytes.length === 0 ? [] : [bytes];
    size = bytes.length;
  };
}
