import type { Storage, Tail } from "../storage.ts";

/** Reads an object that grows line by line; each call takes up where the last one ended. */
export class LineTail {
  readonly #tail: Tail;
  /** An unfinished last line. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(storage: Storage, key: string) {
    this.#tail = storage.tail(key);
  }

  /** The whole lines that are new, newlines included; an unfinished last one has to wait. */
  next(): Buffer {
    const fresh = this.#tail.next();
    if (fresh.length === 0) return fresh;
    const bytes = this.#rest.length === 0 ? fresh : Buffer.concat([this.#rest, fresh]);
    const end = bytes.lastIndexOf(0x0a) + 1;
    this.#rest = bytes.subarray(end);
    return bytes.subarray(0, end);
  }
}

/** The last whole line of an object; null if there is none or it is longer than `maxBytes`. */
export function lastLine(storage: Storage, { key, maxBytes }: { key: string; maxBytes: number }): string | null {
  const last = storage.end(key, maxBytes);
  const end = last?.bytes.lastIndexOf(0x0a) ?? -1;
  if (last === null || end < 0) return null;
  const before = end === 0 ? -1 : last.bytes.lastIndexOf(0x0a, end - 1);
  return before < 0 && !last.isWhole ? null : last.bytes.toString("utf8", before + 1, end);
}
