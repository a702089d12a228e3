import { createHash } from "node:crypto";
import { SectionWriter } from "./section-writer.ts";
import {
  CHECK_BYTES,
  OFFSET_BYTES,
  PLACE_BYTES,
  type SnapshotColumn,
  type SnapshotHead,
  type SnapshotIndexPlace,
} from "./snapshot-head.ts";
import type { SnapshotRows } from "./snapshot-rows.ts";
import { columnBytes, formOf } from "./stored-column.ts";

export interface SnapshotBytes {
  readonly chunks: readonly Uint8Array[];
  readonly size: number;
  readonly index: SnapshotIndexPlace;
}

const BLOCK_ROWS = 128;
const LONE_SURROGATE = /\p{Cs}/u;

/**
 * A snapshot: blocks of rows sorted by key, then an index with the first key, the place and the checksum of each block. A reader
 * takes the index and the blocks that it needs.
 */
export function snapshotBytes({ keys, columns, empty }: SnapshotRows): SnapshotBytes {
  // By code units, without a comparison of ours: that is what takes the time.
  const sorted = Array.from(keys).sort();
  const rowOf = new Map(keys.map((key, row) => [key, row]));
  const encoding = sorted.some((key) => LONE_SURROGATE.test(key)) ? "utf16le" : "utf8";
  const forms = [...columns].map(([name, column]): SnapshotColumn => {
    return { name, form: formOf(column), empty: empty.get(name) ?? null };
  });
  const body = new SectionWriter();
  const index = new IndexWriter(encoding);
  for (let from = 0; from < sorted.length; from += BLOCK_ROWS) {
    const own = sorted.slice(from, from + BLOCK_ROWS);
    const rows = own.map((key) => rowOf.get(key)!);
    const parts = forms.map(({ name, form }) => {
      const column = columns.get(name)!;
      return columnBytes(
        rows.map((row) => column[row]),
        { form, name },
      );
    });
    const block = blockBytes(own, { encoding, parts });
    index.add(own[0]!, { at: body.add(block), block });
  }
  const { length: count } = sorted;
  const head = { format: 1, columns: forms, keys: count, blocks: index.count, blockRows: BLOCK_ROWS } as const;
  const indexBytes = index.bytes({ ...head, keyEncoding: encoding }, body.size);
  const at = body.add(indexBytes);
  const hash = createHash("sha256").update(indexBytes).digest("hex");
  return { chunks: body.chunks, size: body.size, index: { at, length: indexBytes.length, hash } };
}

/** Where its columns begin, then the keys, then the columns. */
function blockBytes(
  keys: readonly string[],
  { encoding, parts }: { readonly encoding: SnapshotHead["keyEncoding"]; readonly parts: readonly Buffer[] },
): Buffer {
  const texts = keys.map((key) => Buffer.from(key, encoding));
  const head = Buffer.alloc((1 + parts.length + keys.length + 1) * OFFSET_BYTES);
  const writer = new SectionWriter();
  writer.add(head);
  let at = head.writeUInt32LE(keys.length, 0);
  const keysAt = (1 + parts.length) * OFFSET_BYTES;
  let end = 0;
  for (const [key, text] of texts.entries()) {
    writer.add(text);
    end += text.length;
    head.writeUInt32LE(end, keysAt + (key + 1) * OFFSET_BYTES);
  }
  for (const part of parts) at = head.writeUInt32LE(writer.add(part), at);
  return Buffer.concat(writer.chunks);
}

class IndexWriter {
  readonly #encoding: SnapshotHead["keyEncoding"];
  readonly #firstKeys: Buffer[] = [];
  readonly #places: number[] = [];
  readonly #checks: Buffer[] = [];

  constructor(encoding: SnapshotHead["keyEncoding"]) {
    this.#encoding = encoding;
  }

  get count(): number {
    return this.#places.length;
  }

  add(firstKey: string, { at, block }: { readonly at: number; readonly block: Buffer }): void {
    this.#firstKeys.push(Buffer.from(firstKey, this.#encoding));
    this.#places.push(at);
    this.#checks.push(createHash("sha256").update(block).digest().subarray(0, CHECK_BYTES));
  }

  /** Length of the head, the head, places, checksums, ends of the first keys, first keys. */
  bytes(head: SnapshotHead, end: number): Buffer {
    const text = Buffer.from(JSON.stringify(head));
    const length = Buffer.alloc(OFFSET_BYTES);
    length.writeUInt32LE(text.length);
    const places = Buffer.alloc((this.count + 1) * PLACE_BYTES);
    for (const [block, place] of [...this.#places, end].entries()) places.writeDoubleLE(place, block * PLACE_BYTES);
    const ends = Buffer.alloc((this.count + 1) * OFFSET_BYTES);
    let size = 0;
    for (const [block, key] of this.#firstKeys.entries()) {
      size += key.length;
      ends.writeUInt32LE(size, (block + 1) * OFFSET_BYTES);
    }
    return Buffer.concat([length, text, places, ...this.#checks, ends, ...this.#firstKeys]);
  }
}
