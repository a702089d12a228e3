import type { RunEvent } from "../run-event.ts";
import { linesIn } from "../lines-of.ts";
import { parseEvent } from "../kinds/journal.ts";
import type { Storage, Want } from "../storage.ts";
import { lastLine, LineTail } from "./line-tail.ts";
import { journalKey, type RunPlace } from "../run-keys.ts";

/** The line that ends a journal is short; a longer line is another event. */
const MAX_END_BYTES = 16 * 1024;
const NEWLINE = 0x0a;

/** Reads a journal while it is written: each call gives the events since the last one. */
export class JournalTail {
  readonly #tail: LineTail;
  readonly #key: string;
  #skip: number;

  /** @param skip - so many events are known already; they are not even parsed */
  constructor(storage: Storage, of: RunPlace, skip = 0) {
    this.#key = journalKey(of);
    this.#tail = new LineTail(storage, this.#key);
    this.#skip = skip;
  }

  *next(): Generator<RunEvent> {
    for (const lines of this.#tail.next())
      for (const { text } of linesIn(this.#unknown(lines))) yield parseEvent(text, this.#key);
  }

  #unknown(lines: Buffer): Buffer {
    let at = 0;
    for (; this.#skip > 0 && at < lines.length; this.#skip -= 1) at = lines.indexOf(NEWLINE, at) + 1;
    return lines.subarray(at);
  }
}

/** Announces that the latest event will be asked for. */
export function lastEventAhead(of: RunPlace): Want {
  return { op: "end", key: journalKey(of), count: MAX_END_BYTES };
}

/** The latest event, looked up without reading the journal as a whole; null if there is none or it is a long one. */
export function lastEvent(storage: Storage, of: RunPlace): RunEvent | null {
  const key = journalKey(of);
  const line = lastLine(storage, { key, maxBytes: MAX_END_BYTES });
  return line === null ? null : parseEvent(line, key);
}
