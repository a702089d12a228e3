import { Rest } from "./lines-of.ts";
import type { Storage } from "./storage.ts";

/** The first whole line of an object; null if there is none. */
export function firstLine(storage: Storage, key: string): string | null {
  const tail = storage.tail(key);
  const rest = new Rest(key);
  for (let isLast = false; !isLast;) {
    const piece = tail.next();
    isLast = piece.isLast;
    const lines = rest.wholeLines(piece.bytes);
    const end = lines.indexOf(0x0a);
    if (end >= 0) return lines.toString("utf8", 0, end);
  }
  return null;
}
