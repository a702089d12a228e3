/** On a registered symbol, as a flow's bundle and the worker may each bring a copy of this module. */
const CHUNKS = Symbol.for("millrace.byteChunks");

/**
 * Bytes in pieces, which are stored one after the other and come back as one `Uint8Array`. A `pack` may return them
 * where joining them first would take the memory a second time.
 */
export class ByteChunks {
  readonly [CHUNKS]: readonly Uint8Array[];

  constructor(chunks: readonly Uint8Array[]) {
    this[CHUNKS] = chunks;
  }
}

/** The pieces, if `value` is some. */
export function chunksOf(value: object): readonly Uint8Array[] | undefined {
  return (value as Partial<ByteChunks>)[CHUNKS];
}
