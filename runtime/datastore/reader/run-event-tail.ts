import { randomBytes } from "node:crypto";
import type { RunEvent } from "../run-event.ts";
import type { JournalPlace } from "../journal-parts.ts";
import type { Storage } from "../storage.ts";
import { JournalTail } from "./journal-tail.ts";
import { eventName, KnownEvents } from "./known-events.ts";
import { TaskEventTail } from "./task-event-tail.ts";

/** What a reader has been told already. */
export interface ToldEvents {
  readonly count: number;
  /** Names of the events; null of a journal, in which the number says which they are. */
  readonly names: readonly string[] | null;
}

const NOTHING: ToldEvents = { count: 0, names: null };

/**
 * The one place where it is read what happened in a run, also while it goes on: each call gives the events since the last
 * one. A run with a scheduler of ours has a journal. One without has what each of its tasks recorded, until it is over: then
 * it has a journal as well.
 */
export class RunEventTail {
  readonly #journal: JournalTail;
  readonly #tasks: TaskEventTail;
  #count: number;
  #hasJournal = false;
  /** Names of all events so far, where tasks told them: their order is that of this reading alone. */
  readonly #names: string[];
  #order: string | null;
  #known: KnownEvents | null;

  /** @param told - what {@link toldAt} another reader gave: only the rest is given */
  constructor(storage: Storage, of: JournalPlace, { count, names }: ToldEvents = NOTHING) {
    this.#journal = new JournalTail(storage, of, names === null ? count : 0);
    this.#tasks = new TaskEventTail(storage, of);
    this.#count = count;
    this.#names = [...(names ?? [])];
    this.#order = names === null ? null : newOrder();
    this.#known = names === null ? null : new KnownEvents(names);
  }

  *next(): Generator<RunEvent> {
    for (const event of this.#journal.next()) {
      if (!this.#hasJournal && this.#order !== null) this.#known = new KnownEvents(this.#names);
      this.#hasJournal = true;
      if (this.#known?.has(event) !== true) yield this.#told(event);
    }
    if (this.#hasJournal) return;
    for (const event of this.#tasks.next()) {
      this.#order ??= newOrder();
      if (this.#known?.has(event) !== true) yield this.#told(event);
    }
  }

  /**
   * How far this has come: the number of events, and where no journal holds them, the order in which they were told. Each
   * reading of what tasks recorded has its own, as it depends on what was there when it looked.
   */
  get cursor(): string {
    return this.#order === null ? String(this.#count) : `${this.#count}-${this.#order}`;
  }

  /** What has been told up to a cursor of this reading; null for one of another: nobody knows which events those were. */
  toldAt(cursor: string): ToldEvents | null {
    const [, digits = "", order = null] = CURSOR.exec(cursor) ?? [];
    const count = Number(digits);
    if (digits === "" || count === 0) return digits === "" ? null : NOTHING;
    if (order !== this.#order) return null;
    return { count, names: order === null ? null : this.#names.slice(0, count) };
  }

  #told(event: RunEvent): RunEvent {
    this.#count += 1;
    if (this.#order !== null) this.#names.push(eventName(event));
    return event;
  }
}

const CURSOR = /^(\d{1,15})(?:-([0-9a-f]{8}))?$/;

/** True for what may be a cursor. */
export function isCursor(text: string): boolean {
  return CURSOR.test(text);
}

function newOrder(): string {
  return randomBytes(4).toString("hex");
}
