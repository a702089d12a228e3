import type { RunEvent } from "../run-event.ts";
import type { JournalPlace } from "../journal-parts.ts";
import type { Storage } from "../storage.ts";
import { JournalTail } from "./journal-tail.ts";
import { TaskEventTail } from "./task-event-tail.ts";

/**
 * The one place where it is read what happened in a run, also while it goes on: each call gives the events since the last
 * one. A run with a scheduler of ours has a journal. One without has what each of its tasks recorded, until it is over: then
 * it has a journal as well.
 */
export class RunEventTail {
  readonly #storage: Storage;
  readonly #place: JournalPlace;
  #journal: JournalTail;
  readonly #tasks: TaskEventTail;
  #skip: number;
  #hasJournal = false;
  /** What tasks have told: the journal says it once more. */
  readonly #told = new Set<string>();

  /** @param skip - so many events are known already */
  constructor(storage: Storage, of: JournalPlace, skip = 0) {
    this.#storage = storage;
    this.#place = of;
    this.#journal = new JournalTail(storage, of, skip);
    this.#tasks = new TaskEventTail(storage, of);
    this.#skip = skip;
  }

  *next(): Generator<RunEvent> {
    for (const event of this.#journal.next()) {
      this.#hasJournal = true;
      if (!this.#told.has(nameOf(event))) yield event;
    }
    if (this.#hasJournal) return;
    for (const event of this.#tasks.next()) {
      // Its order may be another one, so that what it begins with may be news.
      if (this.#told.size === 0) this.#journal = new JournalTail(this.#storage, this.#place);
      this.#told.add(nameOf(event));
      if (this.#skip > 0) this.#skip -= 1;
      else yield event;
    }
  }
}

function nameOf(event: RunEvent): string {
  if (!("task" in event)) return event.type;
  return `${event.type} ${event.task} ${"attempt" in event ? event.attempt : ""}`;
}
