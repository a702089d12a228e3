/** Lengths of the two parts, each in four bytes. */
const LENGTHS = 8;

/** What is sent before the body: its head, as JSON. The body's pieces follow as they are. */
export function frameHead(head: object, pieces: readonly Uint8Array[]): Buffer {
  const text = JSON.stringify(head);
  const size = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(LENGTHS + size);
  bytes.writeUInt32LE(size, 0);
  bytes.writeUInt32LE(
    pieces.reduce((sum, piece) => sum + piece.length, 0),
    4,
  );
  bytes.write(text, LENGTHS);
  return bytes;
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
