import { LogTail } from "../../datastore/reader/log-tail.ts";
import { type AttemptPlace, logKey, type RunPlace } from "../../datastore/run-keys.ts";
import type { Storage } from "../../datastore/storage.ts";
import type { StoredLogLine } from "../../datastore/stored-log-line.ts";

export type LogPlace = RunPlace & AttemptPlace;

/** A place in a log that is read on: nothing before it has to be read again. */
interface Cursor {
  readonly tail: LogTail;
  lines: Generator<StoredLogLine>;
  /** Lines before this place. */
  count: number;
}

/** Logs are followed and leafed through: this many places are kept. */
const MAX_CURSORS = 24;

/** Reads logs from any line on, as far as they are written. */
export class LogReader {
  readonly #storage: Storage;
  /** By log and line; the one that was used last stands last. */
  readonly #cursors = new Map<string, Cursor>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** The lines from that one on; whoever stops taking them can go on there at no cost. */
  *from(place: LogPlace, line: number): Generator<StoredLogLine> {
    const cursor = this.#cursorAt(place, line);
    try {
      for (const one of nextOf(cursor)) yield one;
    } finally {
      this.#keep(`${logKey(place)}@${cursor.count}`, cursor);
    }
  }

  has(place: LogPlace): boolean {
    return this.#storage.end(logKey(place), 1) !== null;
  }

  #cursorAt(place: LogPlace, line: number): Cursor {
    const key = `${logKey(place)}@${line}`;
    const kept = this.#cursors.get(key);
    this.#cursors.delete(key);
    if (kept !== undefined) return kept;
    const tail = new LogTail(this.#storage, place);
    const cursor = { tail, lines: tail.next(), count: 0 };
    const lines = nextOf(cursor);
    while (cursor.count < line) if (lines.next().done === true) break;
    return cursor;
  }

  #keep(key: string, cursor: Cursor): void {
    // Two readers at the same line: one of them reads anew.
    this.#cursors.delete(key);
    this.#cursors.set(key, cursor);
    const [oldest] = this.#cursors.keys();
    if (this.#cursors.size > MAX_CURSORS && oldest !== undefined) this.#cursors.delete(oldest);
  }
}

/** Not `for of` over the lines themselves, which would end them where their reader stops. */
function* nextOf(cursor: Cursor): Generator<StoredLogLine> {
  for (let isNew = true; ;) {
    const next: IteratorResult<StoredLogLine, unknown> = cursor.lines.next();
    if (next.done !== true) {
      cursor.count += 1;
      isNew = false;
      yield next.value;
      continue;
    }
    cursor.lines = cursor.tail.next();
    // What was read to its end is asked once for what was written since.
    if (isNew) {
      isNew = false;
      continue;
    }
    return;
  }
}
