import { constants } from "node:buffer";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { Storage } from "./storage.ts";

const NEWLINE = 0x0a;

export interface PlacedLine {
  readonly text: string;
  /** Byte at which it begins. */
  readonly offset: number;
}

/** The whole lines of an object, however large it is; an unfinished last one does not count. */
export function* linesOf(storage: Storage, key: string): Generator<PlacedLine> {
  const tail = storage.tail(key);
  const rest = new Rest(key);
  for (let offset = 0, isLast = false; !isLast;) {
    const piece = tail.next();
    isLast = piece.isLast;
    const lines = rest.wholeLines(piece.bytes);
    for (const { text, offset: at } of linesIn(lines)) yield { text, offset: offset + at };
    offset += lines.length;
  }
}

/** The lines of bytes that hold whole ones alone. */
export function* linesIn(lines: Buffer): Generator<PlacedLine> {
  for (let at = 0, end = lines.indexOf(NEWLINE); end >= 0; at = end + 1, end = lines.indexOf(NEWLINE, at))
    yield { text: lines.toString("utf8", at, end), offset: at };
}

/** What is left of a piece behind its last newline. */
export class Rest {
  readonly #key: string;
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** @param key - for the error about a line that is too long */
  constructor(key: string) {
    this.#key = key;
  }

  /** What was left before and the whole lines of a piece, newlines included; what follows the last one is left. */
  wholeLines(piece: Buffer): Buffer {
    const end = piece.lastIndexOf(NEWLINE) + 1;
    const whole = end === 0 ? piece.subarray(0, 0) : this.#take(piece.subarray(0, end));
    if (end === piece.length) return whole;
    this.#chunks.push(piece.subarray(end));
    this.#bytes += piece.length - end;
    if (this.#bytes > constants.MAX_STRING_LENGTH) throw lineTooLong(this.#key);
    return whole;
  }

  #take(lines: Buffer): Buffer {
    if (this.#bytes === 0) return lines;
    const whole = Buffer.concat([...this.#chunks, lines]);
    this.#chunks = [];
    this.#bytes = 0;
    return whole;
  }
}

export function lineTooLong(key: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DAMAGED_RECORD",
    headline: `Cannot read ${key} because a line of it is longer than ${constants.MAX_STRING_LENGTH} bytes`,
    hint: "it was damaged from outside; fsck reports what is lost",
  });
}
