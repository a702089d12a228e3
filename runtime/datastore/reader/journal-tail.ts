import type { RunEvent } from "../run-event.ts";
import { linesIn } from "../lines-of.ts";
import { type JournalPart, type JournalPlace, journalParts } from "../journal-parts.ts";
import { isHead, parseEvent } from "../kinds/journal.ts";
import type { Storage, Want } from "../storage.ts";
import { lastLine, LineTail } from "./line-tail.ts";
import { journalKey, runFolder, type RunPlace } from "../run-keys.ts";

/** The line that ends a journal is short; a longer line is another event. */
const MAX_END_BYTES = 16 * 1024;
/** Where a look at further parts is a request, this often. */
const REMOTE_PARTS_MS = 10_000;

/** Reads a journal while it is written: each call gives the events since the last one. */
export class JournalTail {
  readonly #storage: Storage;
  readonly #place: JournalPlace;
  /** How far each part was read. */
  readonly #read = new Map<string, { readonly tail: LineTail; bytes: number }>();
  #parts: readonly JournalPart[] = [];
  #lookedAt = -Infinity;
  #skip: number;
  #isOver = false;

  /** @param skip - so many events are known already; they are not even parsed */
  constructor(storage: Storage, of: JournalPlace, skip = 0) {
    this.#storage = storage;
    this.#place = of;
    this.#skip = skip;
  }

  *next(): Generator<RunEvent> {
    this.#look();
    for (const part of this.#parts) yield* this.#eventsOf(part);
  }

  *#eventsOf({ key, start: first, until }: JournalPart): Generator<RunEvent> {
    const read = this.#read.get(key) ?? { tail: new LineTail(this.#storage, key), bytes: 0 };
    this.#read.set(key, read);
    if (until !== null && read.bytes >= until) return;
    for (const lines of read.tail.next()) {
      const start = read.bytes;
      read.bytes += lines.length;
      for (const { text, offset } of linesIn(lines)) {
        const at = start + offset;
        if (until !== null && at >= until) return;
        if (at >= first) yield* this.#unlessKnown(text, key);
      }
    }
  }

  *#unlessKnown(text: string, key: string): Generator<RunEvent> {
    this.#skip -= 1;
    if (this.#skip >= 0) return;
    const event = parseEvent(text, key);
    this.#isOver ||= event.type === "run-finished";
    yield event;
  }

  /** Another scheduler may have gone on with the run. */
  #look(): void {
    const { isRemote } = this.#storage;
    const now = performance.now();
    const isKnown = this.#parts.length > 0 && (this.#isOver || this.#place.mayContinue !== true);
    if (isKnown || (isRemote && now - this.#lookedAt < REMOTE_PARTS_MS)) return;
    this.#lookedAt = now;
    this.#parts = journalParts(this.#storage, this.#place);
  }
}

/** Announces that the latest event will be asked for. */
export function lastEventAhead(of: RunPlace): Want {
  return { op: "end", key: journalKey(of), count: MAX_END_BYTES };
}

/** Announces that the parts of a journal will be looked up, where there may be several. */
export function partsAhead(of: RunPlace, { mayContinue }: Pick<JournalPlace, "mayContinue">): readonly Want[] {
  return mayContinue === true ? [{ op: "list", key: runFolder(of) }] : [];
}

/** The latest event, looked up without reading the journal as a whole; null if there is none or it is a long one. */
export function lastEvent(storage: Storage, of: JournalPlace): RunEvent | null {
  // Also where the first scheduler wrote an end: it may have slept, and another one gone on with the run.
  return lastOf(storage, journalParts(storage, of).at(-1)?.key ?? journalKey(of));
}

function lastOf(storage: Storage, key: string): RunEvent | null {
  const line = lastLine(storage, { key, maxBytes: MAX_END_BYTES });
  return line === null || isHead(line, key) ? null : parseEvent(line, key);
}
