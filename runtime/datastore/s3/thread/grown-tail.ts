import type { Bucket, Fetched } from "./bucket.ts";
import { partIndex, partKey } from "./grown-object.ts";

/** Parts of one object that are fetched at once. */
const PARTS_AT_ONCE = 16;

/** Reads an object that is appended to, part after part; each call gives what is new. */
export class GrownTail {
  readonly #bucket: Bucket;
  readonly #key: string;
  #index = 0;
  /** Bytes of the part that were given already, and its tag then. */
  #position = 0;
  #etag: string | null = null;

  constructor(bucket: Bucket, key: string) {
    this.#bucket = bucket;
    this.#key = key;
  }

  async next(): Promise<Uint8Array> {
    // Parts are small, and only a whole one can be checked.
    const part = await this.#bucket.get(partKey(this.#key, this.#index), { unless: this.#etag });
    if (part === null) return new Uint8Array();
    const fresh = part.bytes.slice(this.#position);
    this.#take(part);
    return part.continues ? Buffer.concat([fresh, ...(await this.#following())]) : fresh;
  }

  /** All parts behind the present one. */
  async #following(): Promise<Uint8Array[]> {
    const { objects } = await this.#bucket.pages(`${this.#key}.`);
    const indexes = objects.map(({ key }) => partIndex(this.#key, key) ?? 0).filter((index) => index > this.#index);
    const bytes: Uint8Array[] = [];
    this.#advance(this.#index + 1);
    for (const group of inGroups(indexes.sort((a, b) => a - b))) {
      const parts = group.map((index) => this.#bucket.get(partKey(this.#key, index)));
      for (const part of await Promise.all(parts)) {
        // A part is written only after the one before it.
        if (part === null) return bytes;
        bytes.push(part.bytes);
        this.#take(part);
        if (part.continues) this.#advance(this.#index + 1);
      }
    }
    return bytes;
  }

  #take({ bytes, etag }: Fetched): void {
    this.#position = bytes.byteLength;
    this.#etag = etag;
  }

  #advance(index: number): void {
    this.#index = index;
    this.#position = 0;
    this.#etag = null;
  }
}

/** The last bytes, at least `count` of them if there are as many. */
export async function endOfGrown(
  bucket: Bucket,
  { key, count }: { key: string; count: number },
): Promise<{ bytes: Uint8Array; isWhole: boolean } | null> {
  const { objects } = await bucket.pages(key);
  const parts = objects
    .map((one) => ({ size: one.size, index: partIndex(key, one.key) ?? -1 }))
    .filter(({ index }) => index >= 0)
    .sort((a, b) => b.index - a.index);
  const chunks: Uint8Array[] = [];
  let held = 0;
  for (const { index } of parts) {
    const part = await bucket.get(partKey(key, index));
    chunks.unshift(part?.bytes ?? new Uint8Array());
    held += part?.bytes.byteLength ?? 0;
    if (held >= count) return { bytes: Buffer.concat(chunks), isWhole: index === 0 };
  }
  return parts.length === 0 ? null : { bytes: Buffer.concat(chunks), isWhole: true };
}

function* inGroups<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += PARTS_AT_ONCE) yield all.slice(at, at + PARTS_AT_ONCE);
}
