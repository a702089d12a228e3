/** How many tables a message may have: fields, types, entries of metadata. */
const MOST_TABLES = 20_000;

/**
 * A table of a flatbuffer whose places are all checked against the buffer's end before anything follows them: the reader of
 * Arrow believes what a message says of itself, such as a list of two thousand million fields.
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;
  readonly #seen: { count: number };

  constructor(view: DataView, { at, seen }: { readonly at: number; readonly seen: { count: number } }) {
    if ((seen.count += 1) > MOST_TABLES) throw new Error(`a message has more than ${MOST_TABLES} parts`);
    this.#view = view;
    this.#at = at;
    this.#seen = seen;
  }

  /** @throws RangeError for places outside of the bytes */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, { at: offsetAt(view, 0), seen: { count: 0 } });
  }

  byte(field: number): number {
    const at = this.#place(field);
    return at === null ? 0 : this.#view.getUint8(at);
  }

  long(field: number): number {
    const at = this.#place(field);
    return at === null ? 0 : Number(this.#view.getBigInt64(at, true));
  }

  table(field: number): FlatTable | null {
    const at = this.#place(field);
    return at === null ? null : new FlatTable(this.#view, { at: offsetAt(this.#view, at), seen: this.#seen });
  }

  tables(field: number): FlatTable[] {
    const { from, length } = this.#vector(field, 4);
    return Array.from(
      { length },
      (_, index) => new FlatTable(this.#view, { at: offsetAt(this.#view, from + index * 4), seen: this.#seen }),
    );
  }

  /** How many items a list says that it has, all of which are there. */
  count(field: number, itemBytes: number): number {
    return this.#vector(field, itemBytes).length;
  }

  /** The first number of each of its structs of 16 bytes. */
  *pairs(field: number): Generator<readonly [first: number, second: number]> {
    const { from, length } = this.#vector(field, 16);
    for (let at = from; at < from + length * 16; at += 16)
      yield [Number(this.#view.getBigInt64(at, true)), Number(this.#view.getBigInt64(at + 8, true))];
  }

  #vector(field: number, itemBytes: number): { readonly from: number; readonly length: number } {
    const at = this.#place(field);
    if (at === null) return { from: 0, length: 0 };
    const start = offsetAt(this.#view, at);
    const length = this.#view.getInt32(start, true);
    if (length < 0 || start + 4 + length * itemBytes > this.#view.byteLength)
      throw new RangeError("a list of a message goes beyond its end");
    return { from: start + 4, length };
  }

  /** Of a field; null where it has its default. */
  #place(field: number): number | null {
    const table = this.#at - this.#view.getInt32(this.#at, true);
    const entry = 4 + 2 * field;
    const offset = entry + 2 > this.#view.getUint16(table, true) ? 0 : this.#view.getUint16(table + entry, true);
    return offset === 0 ? null : this.#at + offset;
  }
}

/** Where it points: always further on, so no message leads in a circle. */
function offsetAt(view: DataView, at: number): number {
  const to = at + view.getInt32(at, true);
  if (to <= at || to + 4 > view.byteLength) throw new RangeError("a part of a message lies outside of it");
  return to;
}
