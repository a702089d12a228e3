import fs from "node:fs";
import type { Tail } from "../storage.ts";
import { explained } from "./explained.ts";
import type { Places } from "./places.ts";
import { openIfThere, readUpTo } from "./read-file.ts";

/** Reads a file while it grows; it is not kept open. */
export class FileTail implements Tail {
  readonly #places: Places;
  readonly #key: string;
  #position = 0;

  constructor(places: Places, key: string) {
    this.#places = places;
    this.#key = key;
  }

  nextSoon(): Buffer {
    return this.next();
  }

  next(): Buffer {
    return explained("read", this.#key, () => {
      const opened = openIfThere(this.#places.fileOf(this.#key), this.#key);
      if (opened === null) return Buffer.alloc(0);
      const { descriptor, size } = opened;
      try {
        const fresh = Math.max(size - this.#position, 0);
        const bytes = readUpTo(descriptor, fresh, this.#position);
        this.#position += bytes.length;
        return bytes;
      } finally {
        fs.closeSync(descriptor);
      }
    });
  }
}
