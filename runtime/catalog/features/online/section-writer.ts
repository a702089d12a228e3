/** Gathers pieces of bytes, and knows where each begins. */
export class SectionWriter {
  readonly #pieces: Uint8Array[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get chunks(): readonly Uint8Array[] {
    return this.#pieces;
  }

  /** @returns where it begins */
  add(bytes: Uint8Array): number {
    const at = this.#size;
    this.#pieces.push(bytes);
    this.#size += bytes.byteLength;
    return at;
  }
}
