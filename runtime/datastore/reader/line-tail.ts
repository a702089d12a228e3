import { Rest } from "../lines-of.ts";
import type { Storage, Tail } from "../storage.ts";

/** Reads an object that grows line by line; each call takes up where the last one ended. */
export class LineTail {
  readonly #tail: Tail;
  readonly #rest: Rest;

  constructor(storage: Storage, key: string) {
    this.#tail = storage.tail(key);
    this.#rest = new Rest(key);
  }

  /** The whole lines that are new, newlines included, some at a time; an unfinished last one has to wait. */
  *next(): Generator<Buffer> {
    for (let isLast = false; !isLast;) {
      const piece = this.#tail.next();
      isLast = piece.isLast;
      const lines = this.#rest.wholeLines(piece.bytes);
      if (lines.length > 0) yield lines;
    }
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
