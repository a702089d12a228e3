import fs from "node:fs";
import type { Piece, Tail } from "../storage.ts";
import { explainFileError } from "./explain-file-error.ts";
import type { Places } from "./places.ts";
import { openIfThere, readUpTo } from "./open-reader.ts";

/** Bytes of one piece. */
const PIECE_BYTES = 1 << 20;

/** Reads a file while it grows; it is not kept open. */
export class FileTail implements Tail {
  readonly #places: Places;
  readonly #key: string;
  #position = 0;

  constructor(places: Places, key: string) {
    this.#places = places;
    this.#key = key;
  }

  nextSoon(): Piece {
    return this.next();
  }

  next(): Piece {
    return explainFileError("read", this.#key, () => {
      const opened = openIfThere(this.#places.fileOf(this.#key), this.#key);
      if (opened === null) return { bytes: Buffer.alloc(0), isLast: true };
      const { descriptor, size } = opened;
      try {
        const fresh = Math.max(size - this.#position, 0);
        const bytes = readUpTo(descriptor, Math.min(fresh, PIECE_BYTES), this.#position);
        this.#position += bytes.length;
        return { bytes, isLast: bytes.length === fresh };
      } finally {
        fs.closeSync(descriptor);
      }
    });
  }
}
