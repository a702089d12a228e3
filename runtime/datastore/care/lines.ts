import type { ObjectReader, Storage, Want } from "../storage.ts";

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

export interface PlacedLine {
  readonly text: string;
  /** Byte at which it begins. */
  readonly offset: number;
}

/** Announces that the lines of an object will be read. */
export function linesAhead({ isRemote }: Storage, key: string): Want {
  return { op: isRemote ? "read" : "open", key };
}

/** The whole lines of an object; an unfinished last one does not count. Of a file a part is in memory at a time. */
export function* linesOf(storage: Storage, key: string): Generator<PlacedLine> {
  const reader = storage.isRemote ? wholeObject(storage, key) : storage.open(key);
  if (reader === null) return;
  try {
    yield* linesIn(reader);
  } finally {
    reader.close();
  }
}

function* linesIn(reader: Pick<ObjectReader, "readUpTo">): Generator<PlacedLine> {
  let rest: Buffer = Buffer.alloc(0);
  for (let position = 0; ;) {
    const bytes = reader.readUpTo(CHUNK_BYTES, position);
    if (bytes.length === 0) return;
    const begin = position - rest.length;
    position += bytes.length;
    const buffer = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    let at = 0;
    // What was left over holds no newline.
    for (let end = buffer.indexOf(NEWLINE, rest.length); end >= 0; end = buffer.indexOf(NEWLINE, at)) {
      yield { text: buffer.toString("utf8", at, end), offset: begin + at };
      at = end + 1;
    }
    rest = buffer.subarray(at);
  }
}

/** What grew in a bucket may be several objects, which only reading it as a whole puts together. */
function wholeObject(storage: Storage, key: string): Pick<ObjectReader, "readUpTo" | "close"> | null {
  const bytes = storage.read(key);
  if (bytes === null) return null;
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { readUpTo: (count, position) => whole.subarray(position, position + count), close: () => undefined };
}
