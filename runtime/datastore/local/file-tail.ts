import fs from "node:fs";
import type { Tail } from "../storage.ts";
import { explained } from "./explained.ts";
import { openIfThere, readUpTo } from "./read-file.ts";

/** Reads a file while it grows; it is not kept open. */
export class FileTail implements Tail {
  readonly #file: string;
  readonly #key: string;
  #position = 0;

  constructor(file: string, key: string) {
    this.#file = file;
    this.#key = key;
  }

  nextSoon(): Buffer {
    return this.next();
  }

  next(): Buffer {
    return explained("read", this.#key, () => {
      const descriptor = openIfThere(this.#file);
      if (descriptor === null) return Buffer.alloc(0);
      try {
        const fresh = Math.max(fs.fstatSync(descriptor).size - this.#position, 0);
        const bytes = readUpTo(descriptor, fresh, this.#position);
        this.#position += bytes.length;
        return bytes;
      } finally {
        fs.closeSync(descriptor);
      }
    });
  }
}
