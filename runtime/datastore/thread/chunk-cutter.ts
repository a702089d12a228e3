import { totalBytes } from "../total-bytes.ts";

/** Cuts bytes that lie in several chunks into pieces of one size, each a copy of its own. */
export class ChunkCutter {
  readonly #chunks: readonly Uint8Array[];
  #chunk = 0;
  #at = 0;

  constructor(chunks: readonly Uint8Array[]) {
    this.#chunks = chunks;
  }

  *pieces(size: number): Generator<Uint8Array<ArrayBuffer>> {
    for (let left = totalBytes(this.#chunks); left > 0;) {
      const piece = new Uint8Array(Math.min(size, left));
      this.#fill(piece);
      left -= piece.byteLength;
      yield piece;
    }
  }

  #fill(piece: Uint8Array): void {
    for (let done = 0; done < piece.byteLength;) {
      const chunk = this.#chunks[this.#chunk];
      if (chunk === undefined) return;
      const bytes = chunk.subarray(this.#at, this.#at + piece.byteLength - done);
      piece.set(bytes, done);
      done += bytes.byteLength;
      this.#at += bytes.byteLength;
      if (this.#at < chunk.byteLength) continue;
      this.#chunk += 1;
      this.#at = 0;
    }
  }
}
