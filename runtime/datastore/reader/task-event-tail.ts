import type { TaskEventRecord } from "../kinds/task-event.ts";
import { parseRecord } from "../parse-record.ts";
import type { RunDocument } from "../records.ts";
import type { RunEvent, TaskStarted } from "../run-event.ts";
import { documentKey, type RunPlace } from "../run-keys.ts";
import { faultOfDocument } from "../shapes/fault-of-document.ts";
import type { Storage } from "../storage.ts";
import { type NamedTaskEvent, TaskEvents } from "../task-events.ts";
import { TaskEventOrder } from "./task-event-order.ts";

/** Records that are read together where each is a request. */
const READ_AHEAD = 128;
/** Where a listing is a request for each thousand names, so many times as long as the last one took lies between two. */
const PAUSES = 10;

/**
 * Reads what tasks have recorded themselves, while they do: each call gives the events since the last one, as the journal of
 * a scheduler would have them.
 */
export class TaskEventTail {
  readonly #storage: Storage;
  readonly #place: RunPlace;
  readonly #records: TaskEvents;
  readonly #seen = new Set<string>();
  readonly #order = new TaskEventOrder();
  readonly #onRecord: ((record: TaskEventRecord) => void) | undefined;
  #hasBegun = false;
  #nextAt = -Infinity;

  /** @param onRecord - told of each record that is read */
  constructor(storage: Storage, of: RunPlace, onRecord?: (record: TaskEventRecord) => void) {
    this.#onRecord = onRecord;
    this.#storage = storage;
    this.#place = of;
    this.#records = new TaskEvents(storage, of);
  }

  next(): RunEvent[] {
    const { keys, fresh } = this.#look();
    if (fresh.length === 0) return [];
    const records: TaskEventRecord[] = [];
    for (let at = 0; at < fresh.length; at += READ_AHEAD) {
      const group = fresh.slice(at, at + READ_AHEAD);
      this.#records.ahead(group.map(({ key }) => key));
      for (const { key } of group) {
        const record = this.#records.read(key);
        if (record !== null) records.push(record);
      }
    }
    const time = this.#hasBegun ? 0 : this.#startedAt();
    // Not before: what could not be read is read the next time, and all others of this look with it.
    for (const key of keys) this.#seen.add(key);
    for (const record of records) {
      this.#order.add(record);
      this.#onRecord?.(record);
    }
    const events = this.#order.take();
    if (this.#hasBegun || events.length === 0) return events;
    this.#hasBegun = true;
    return [{ type: "run-started", time }, ...events];
  }

  /** Attempts that have begun and not ended, as far as it was read. */
  open(): TaskStarted[] {
    return this.#order.open();
  }

  /** What was not there before, and of it what says something new: an end tells the start of its attempt as well. */
  #look(): { readonly keys: readonly string[]; readonly fresh: readonly NamedTaskEvent[] } {
    const { isRemote } = this.#storage;
    const now = performance.now();
    if (isRemote && now < this.#nextAt) return { keys: [], fresh: [] };
    const fresh: NamedTaskEvent[] = [];
    const told = new Set<string>();
    for (const named of this.#records.all()) {
      if (this.#seen.has(named.key)) continue;
      fresh.push(named);
      // The first attempt is nearly always the one that is done.
      if (named.kind !== "started") told.add(`${named.path}-${named.attempt ?? 0}`);
    }
    this.#nextAt = performance.now() + (performance.now() - now) * PAUSES;
    const isNew = ({ path, attempt, kind }: NamedTaskEvent) =>
      kind !== "started" || !told.has(`${path}-${attempt ?? ""}`);
    return { keys: fresh.map(({ key }) => key), fresh: fresh.filter(isNew) };
  }

  #startedAt(): number {
    const key = documentKey(this.#place);
    const bytes = this.#storage.read(key);
    if (bytes === null) return 0;
    const text = Buffer.from(bytes).toString();
    const document = parseRecord(text, key, (record) => faultOfDocument(record, this.#place)) as RunDocument;
    return document.createdAt;
  }
}
