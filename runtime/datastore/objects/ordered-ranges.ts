import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Fetched, ObjectStore } from "./object-store.ts";

/** Large objects travel in pieces of this size. */
export const PIECE_BYTES = 8 * 2 ** 20;
/** Pieces under way or waiting to be taken: they bound the memory. */
const PIECES_AHEAD = 4;

/** The bytes of one object in order; the next pieces are fetched while one is used. */
export class OrderedRanges {
  readonly size: number;
  readonly modifiedAt: number;
  /** It is only the first part of an object that grew. */
  readonly continues: boolean;
  readonly #objects: ObjectStore;
  readonly #key: string;
  readonly #etag: string;
  readonly #pieces: Promise<Uint8Array>[] = [];
  #asked: number;

  constructor(first: Fetched, { objects, key }: { objects: ObjectStore; key: string }) {
    this.size = first.size;
    this.modifiedAt = first.modifiedAt;
    this.continues = first.continues;
    this.#etag = first.etag;
    this.#asked = first.bytes.byteLength;
    this.#objects = objects;
    this.#key = key;
  }

  /** Null if there is no such object. */
  static async open(
    objects: ObjectStore,
    key: string,
  ): Promise<{ readonly first: Uint8Array; readonly rest: OrderedRanges } | null> {
    const first =
      (await objects.range(key, { position: 0, count: PIECE_BYTES })) ??
      // A range of an empty object is an error.
      (await objects.get(key));
    return first === null ? null : { first: first.bytes, rest: new OrderedRanges(first, { objects, key }) };
  }

  /** The next piece; null behind the last. */
  async next(): Promise<Uint8Array | null> {
    while (this.#pieces.length < PIECES_AHEAD && this.#asked < this.size) {
      const piece = this.#fetch(this.#asked, Math.min(PIECE_BYTES, this.size - this.#asked));
      // Whoever takes it sees the failure.
      piece.catch(() => undefined);
      this.#pieces.push(piece);
      this.#asked += PIECE_BYTES;
    }
    return (await this.#pieces.shift()) ?? null;
  }

  async #fetch(position: number, count: number): Promise<Uint8Array> {
    const piece = await this.#objects.range(this.#key, { position, count, etag: this.#etag });
    if (piece?.bytes.byteLength === count) return piece.bytes;
    throw new MillraceError({
      code: "MILLRACE_STORAGE",
      headline: `Cannot read ${this.#key} because it was replaced or removed meanwhile`,
      hint: "try again",
    });
  }
}
