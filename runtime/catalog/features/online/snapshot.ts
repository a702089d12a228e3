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
/** Of one call, in a bucket. */
const READS_AT_ONCE = 32;

export interface SnapshotPlace {
  readonly size: number;
  readonly index: SnapshotIndexPlace;
  /** As an error names it. */
  readonly title: string;
  readonly key: string;
}

/** The row of a key. */
export interface SnapshotRow {
  readonly of: Snapshot;
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

  constructor(reader: ObjectReader, place: SnapshotPlace, index: Buffer) {
    this.#reader = reader;
    this.#place = place;
    this.#index = index;
    const headBytes = index.readUInt32LE(0);
    const head = parseJson(index.toString("utf8", OFFSET_BYTES, OFFSET_BYTES + headBytes), place.key);
    if (faultIn(snapshotHead, head) !== null) throw damaged(place);
    this.head = head as SnapshotHead;
    this.#placesAt = OFFSET_BYTES + headBytes;
    this.#columns = new Map(this.head.columns.map(({ name }, column) => [name, column]));
  }

  /** @throws MillraceError `MILLRACE_DAMAGED_BLOB` */
  static async open(reader: ObjectReader, place: SnapshotPlace): Promise<Snapshot> {
    const { at, length, hash } = place.index;
    if (reader.size !== place.size || at + length > place.size) throw damaged(place);
    const index = Buffer.alloc(length);
    await reader.readSoon(index, at);
    if (createHash("sha256").update(index).digest("hex") !== hash) throw damaged(place);
    return new Snapshot(reader, place, index);
  }

  get key(): string {
    return this.#place.key;
  }

  /** Of each key its row; null for one that is not in it: each feature is what it is without rows. */
  async find(keys: readonly string[]): Promise<(SnapshotRow | null)[]> {
    const numbers = keys.map((key) => this.#lastBlock((first) => first <= key));
    const wanted = [...new Set(numbers)].filter((number) => number >= 0);
    const blocks = new Map<number, Buffer>();
    for (let from = 0; from < wanted.length; from += READS_AT_ONCE)
      await Promise.all(
        wanted.slice(from, from + READS_AT_ONCE).map(async (number) => {
          blocks.set(number, await this.#block(number));
        }),
      );
    return keys.map((key, at) => {
      const block = blocks.get(numbers[at]!);
      return block === undefined ? null : this.#rowIn(block, key);
    });
  }

  /** All keys with their rows, block by block. */
  async *blocks(): AsyncGenerator<readonly (readonly [key: string, row: SnapshotRow])[]> {
    for (let number = 0; number < this.head.blocks; number += 1) {
      const block = await this.#read(number);
      yield Array.from({ length: block.readUInt32LE(0) }, (_, row) => {
        return [this.#keyIn(block, row), { of: this, block, row }] as const;
      });
    }
  }

  #rowIn(block: Buffer, key: string): SnapshotRow | null {
    const count = block.readUInt32LE(0);
    let [from, to] = [0, count];
    while (from < to) {
      const row = (from + to) >> 1;
      if (this.#keyIn(block, row) < key) from = row + 1;
      else to = row;
    }
    return from < count && this.#keyIn(block, from) === key ? { of: this, block, row: from } : null;
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

  async #block(number: number): Promise<Buffer> {
    const known = this.#kept.get(number);
    if (known !== undefined) {
      this.#kept.delete(number);
      this.#kept.set(number, known);
      return known;
    }
    const block = await this.#read(number);
    // Another call may have read the same meanwhile.
    const other = this.#kept.get(number);
    if (other !== undefined) return other;
    this.#kept.set(number, block);
    this.#keptBytes += block.length;
    for (const [oldest, bytes] of this.#kept) {
      if (this.#keptBytes <= KEPT_BYTES) break;
      this.#kept.delete(oldest);
      this.#keptBytes -= bytes.length;
    }
    return block;
  }

  async #read(number: number): Promise<Buffer> {
    const placeAt = this.#placesAt + number * PLACE_BYTES;
    const from = this.#index.readDoubleLE(placeAt);
    const block = Buffer.alloc(this.#index.readDoubleLE(placeAt + PLACE_BYTES) - from);
    // From a disk they are there at once, so that nothing is closed meanwhile.
    const reading = this.#reader.readSoon(block, from);
    if (reading !== undefined) await reading;
    const checkAt = this.#placesAt + (this.head.blocks + 1) * PLACE_BYTES + number * CHECK_BYTES;
    const check = createHash("sha256").update(block).digest();
    if (this.#index.compare(check, 0, CHECK_BYTES, checkAt, checkAt + CHECK_BYTES) !== 0) throw damaged(this.#place);
    return block;
  }
}

function damaged({ title, key }: SnapshotPlace): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DAMAGED_BLOB",
    headline: `Cannot read the snapshot of ${title} because its bytes are not the ones that were stored`,
    details: [`key: ${key}`],
    hint: "the disk or a copy damaged it: fsck --repair sets it aside; then run features materialize again",
  });
}
