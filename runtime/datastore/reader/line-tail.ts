import type { Storage } from "../storage.ts";

/** Reads an object that grows line by line; each call takes up where the last one ended. */
export class LineTail {
  readonly #storage: Storage;
  readonly #key: string;
  #position = 0;

  constructor(storage: Storage, key: string) {
    this.#storage = storage;
    this.#key = key;
  }

  /** The whole lines that are new, newlines included; an unfinished last one has to wait. */
  next(): Buffer {
    const object = this.#storage.open(this.#key);
    if (object === null) return Buffer.alloc(0);
    try {
      const bytes = Buffer.allocUnsafe(Math.max(object.size - this.#position, 0));
      object.read(bytes, this.#position);
      const lines = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
      this.#position += lines.length;
      return lines;
    } finally {
      object.close();
    }
  }
}

/** The last whole line of an object; null if there is none or it is longer than `maxBytes`. */
export function lastLine(storage: Storage, options: { key: string; maxBytes: number }): string | null {
  const object = storage.open(options.key);
  if (object === null) return null;
  try {
    const bytes = Buffer.allocUnsafe(Math.min(object.size, options.maxBytes));
    object.read(bytes, object.size - bytes.length);
    const end = bytes.lastIndexOf(0x0a);
    if (end < 0) return null;
    const before = end === 0 ? -1 : bytes.lastIndexOf(0x0a, end - 1);
    const isCut = before < 0 && bytes.length < object.size;
    return isCut ? null : bytes.toString("utf8", before + 1, end);
  } finally {
    object.close();
  }
}
