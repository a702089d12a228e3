import { randomBytes } from "node:crypto";

/** Bytes for this many keys are drawn at once, which costs as much as for one. */
const KEYS = 64;
const KEY_BYTES = 12;

/** Keys that cannot be guessed. */
export class KeySource {
  #drawn = Buffer.alloc(0);

  next(): string {
    if (this.#drawn.length === 0) this.#drawn = randomBytes(KEYS * KEY_BYTES);
    const key = this.#drawn.toString("base64url", 0, KEY_BYTES);
    this.#drawn = this.#drawn.subarray(KEY_BYTES);
    return key;
  }
}
