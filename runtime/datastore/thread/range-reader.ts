import { type CallChannel, NOTHING_ASIDE } from "./call-channel.ts";
import type { Opened } from "./calls.ts";
import type { ObjectReader } from "../storage.ts";

/** What lies farther ahead is not read through. */
const SKIPPED_BYTES = 32 * 2 ** 20;

/** Reads an object of a bucket: forward in pieces that are fetched ahead, elsewhere by requests of their own. */
export class RangeReader implements ObjectReader {
  readonly size: number;
  readonly #channel: CallChannel;
  readonly #key: string;
  readonly #stream: number;
  /** The piece in hand, and where it begins. */
  #piece: Uint8Array;
  #at = 0;

  constructor(channel: CallChannel, { key, opened }: { key: string; opened: Opened }) {
    this.#channel = channel;
    this.#key = key;
    this.#stream = opened.stream;
    this.#piece = opened.bytes;
    this.size = opened.size;
  }

  read(target: Uint8Array, position: number): void {
    for (let done = 0; done < target.byteLength;) {
      const bytes = this.#bytesAt(position + done, target.byteLength - done);
      target.set(bytes, done);
      done += bytes.byteLength;
    }
  }

  async readSoon(target: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < target.byteLength;) {
      const [from, left] = [position + done, target.byteLength - done];
      const bytes = this.#held(from, left) ?? (await this.#ranged(from, left));
      target.set(bytes.subarray(0, left), done);
      done += bytes.byteLength;
    }
  }

  readUpTo(count: number, position: number): Buffer {
    // A range of no bytes cannot be asked for: services answer with the whole object.
    if (count <= 0) return Buffer.alloc(0);
    if (position + count <= this.size) {
      const bytes = Buffer.allocUnsafe(count);
      this.read(bytes, position);
      return bytes;
    }
    // It may have grown.
    const bytes = this.#channel.wait("range", { key: this.#key, position, count });
    return bytes === null ? Buffer.alloc(0) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  close(): void {
    if (this.#stream > 0) this.#channel.send("close", { stream: this.#stream }, { then: () => undefined });
  }

  /** Some of the bytes from a position on: at least one, at most `count`. */
  #bytesAt(position: number, count: number): Uint8Array {
    if (position >= this.size) throw new Error(`${this.#key} ends after ${this.size} bytes`);
    const isBehind = position < this.#at;
    if (isBehind || position > this.#at + this.#piece.byteLength + SKIPPED_BYTES) {
      const wanted = isBehind ? Math.min(count, this.#at - position) : count;
      const bytes = this.#channel.wait("range", { key: this.#key, position, count: wanted });
      if (bytes === null || bytes.byteLength === 0) throw new Error(`${this.#key} was removed while it was read`);
      return bytes;
    }
    while (position >= this.#at + this.#piece.byteLength) this.#takeNext();
    const from = position - this.#at;
    return this.#piece.subarray(from, from + count);
  }

  /** What of it is in hand; null for nothing. */
  #held(position: number, count: number): Uint8Array | null {
    const from = position - this.#at;
    return from < 0 || from >= this.#piece.byteLength ? null : this.#piece.subarray(from, from + count);
  }

  async #ranged(position: number, count: number): Promise<Uint8Array> {
    const bytes = await this.#channel.ask("range", { key: this.#key, position, count }, NOTHING_ASIDE);
    if (bytes === null || bytes.byteLength === 0) throw new Error(`${this.#key} was removed while it was read`);
    return bytes;
  }

  #takeNext(): void {
    const next = this.#channel.wait("more", { stream: this.#stream });
    if (next === null) throw new Error(`${this.#key} ends after ${this.#at + this.#piece.byteLength} bytes`);
    this.#at += this.#piece.byteLength;
    this.#piece = next;
  }
}
