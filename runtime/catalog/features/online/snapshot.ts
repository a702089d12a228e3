import { createHash } from "node:crypto";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { parseJson } from "../../../datastore/parse-record.ts";
import { faultIn } from "../../../datastore/shapes/checks.ts";
import type { ObjectReader } from "../../../datastore/storage.ts";
import {
  CHECK_BYTES,
  OFFSET_BYTES,
  PLACE_BYTES,
  type SnapshotHead,
  snapshotHead,
  type SnapshotIndexPlace,
} from "./snapshot-head.ts";
import { storedValue } from "./stored-column.ts";

/** As many bytes of blocks stay in memory. */
const KEPT_BYTES = 64 * 2 ** 20;

export interface SnapshotPlace {
  readonly size: number;
  readonly index: SnapshotIndexPlace;
  /** As an error names it. */
  readonly title: string;
  readonly key: string;
}

/** The row of a key. */
export interface SnapshotRow {
  readonly block: Buffer;
  readonly row: number;
}

/** A snapshot that is read where it lies: the index when it is opened, then blocks as they are needed, each checked. */
export class Snapshot {
  readonly head: SnapshotHead;
  readonly #reader: ObjectReader;
  readonly #place: SnapshotPlace;
  readonly #index: Buffer;
  readonly #placesAt: number;
  readonly #columns: ReadonlyMap<string, number>;
  /** The one used last stands last. */
  readonly #kept = new Map<number, Buffer>();
  #keptBytes = 0;

  /** @throws MillraceError `MILLRACE_DAMAGED_BLOB` */
  constructor(reader: ObjectReader, place: SnapshotPlace) {
    this.#reader = reader;
    this.#place = place;
    const { at, length, hash } = place.index;
    if (reader.size !== place.size || at + length > place.size) throw this.#damaged();
    this.#index = Buffer.alloc(length);
    reader.read(this.#index, at);
    if (createHash("sha256").update(this.#index).digest("hex") !== hash) throw this.#damaged();
    const headBytes = this.#index.readUInt32LE(0);
    const head = parseJson(this.#index.toString("utf8", OFFSET_BYTES, OFFSET_BYTES + headBytes), place.key);
    if (faultIn(snapshotHead, head) !== null) throw this.#damaged();
    this.head = head as SnapshotHead;
    this.#placesAt = OFFSET_BYTES + headBytes;
    this.#columns = new Map(this.head.columns.map(({ name }, column) => [name, column]));
  }

  /** Null for a key that is not in it: each feature is what it is without rows. */
  find(key: string): SnapshotRow | null {
    const number = this.#lastBlock((first) => first <= key);
    if (number < 0) return null;
    const block = this.#block(number);
    const count = block.readUInt32LE(0);
    let [from, to] = [0, count];
    while (from < to) {
      const row = (from + to) >> 1;
      if (this.#keyIn(block, row) < key) from = row + 1;
      else to = row;
    }
    return from < count && this.#keyIn(block, from) === key ? { block, row: from } : null;
  }

  /** @param name - of a feature that it has */
  value(name: string, found: SnapshotRow | null): unknown {
    const column = this.#columns.get(name)!;
    const { form, empty } = this.head.columns[column]!;
    if (found === null) return empty;
    const { block, row } = found;
    const at = block.readUInt32LE((1 + column) * OFFSET_BYTES);
    return storedValue(block, { form, at, length: block.readUInt32LE(0) }, row);
  }

  close(): void {
    this.#kept.clear();
    this.#reader.close();
  }

  /** −1 where the first one lies behind already. */
  #lastBlock(isBefore: (firstKey: string) => boolean): number {
    const { blocks, keyEncoding } = this.head;
    const endsAt = this.#placesAt + (blocks + 1) * PLACE_BYTES + blocks * CHECK_BYTES;
    const keysAt = endsAt + (blocks + 1) * OFFSET_BYTES;
    const end = (block: number) => keysAt + this.#index.readUInt32LE(endsAt + block * OFFSET_BYTES);
    let [from, to] = [0, blocks];
    while (from < to) {
      const block = (from + to) >> 1;
      if (isBefore(this.#index.toString(keyEncoding, end(block), end(block + 1)))) from = block + 1;
      else to = block;
    }
    return from - 1;
  }

  #keyIn(block: Buffer, row: number): string {
    const endsAt = (1 + this.head.columns.length) * OFFSET_BYTES;
    const keysAt = endsAt + (block.readUInt32LE(0) + 1) * OFFSET_BYTES;
    const from = block.readUInt32LE(endsAt + row * OFFSET_BYTES);
    const to = block.readUInt32LE(endsAt + (row + 1) * OFFSET_BYTES);
    return block.toString(this.head.keyEncoding, keysAt + from, keysAt + to);
  }

  #block(number: number): Buffer {
    const known = this.#kept.get(number);
    if (known !== undefined) {
      this.#kept.delete(number);
      this.#kept.set(number, known);
      return known;
    }
    const block = this.#read(number);
    this.#kept.set(number, block);
    this.#keptBytes += block.length;
    for (const [oldest, bytes] of this.#kept) {
      if (this.#keptBytes <= KEPT_BYTES) break;
      this.#kept.delete(oldest);
      this.#keptBytes -= bytes.length;
    }
    return block;
  }

  #read(number: number): Buffer {
    const placeAt = this.#placesAt + number * PLACE_BYTES;
    const from = this.#index.readDoubleLE(placeAt);
    const block = Buffer.alloc(this.#index.readDoubleLE(placeAt + PLACE_BYTES) - from);
    this.#reader.read(block, from);
    const checkAt = this.#placesAt + (this.head.blocks + 1) * PLACE_BYTES + number * CHECK_BYTES;
    const check = createHash("sha256").update(block).digest();
    if (this.#index.compare(check, 0, CHECK_BYTES, checkAt, checkAt + CHECK_BYTES) !== 0) throw this.#damaged();
    return block;
  }

  #damaged(): MillraceError {
    const { title, key } = this.#place;
    return new MillraceError({
      code: "MILLRACE_DAMAGED_BLOB",
      headline: `Cannot read the snapshot of ${title} because its bytes are not the ones that were stored`,
      details: [`key: ${key}`],
      hint: "the disk or a copy damaged it: fsck --repair sets it aside; then run features materialize again",
    });
  }
}
