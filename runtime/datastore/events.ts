import os from "node:os";
import { type EventRecord, eventKey, parseEventRecord } from "./kinds/event.ts";
import { Inbox } from "./inbox.ts";
import { newRunId } from "./new-run-id.ts";
import { RECORD_FORMAT } from "./records.ts";
import type { Storage } from "./storage.ts";

let lastPublishedAt = 0;

/** Publishes events, and reads what was published. */
export class Events {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /**
   * First the event, then the note of it: one that was published is there for every scheduler.
   * @param event - its name and data as `checkEvent` let them pass
   */
  publish(event: Pick<EventRecord, "name" | "data" | "username">): EventRecord {
    for (;;) {
      // What one process publishes keeps its order: of one millisecond, ids do not tell.
      const publishedAt = (lastPublishedAt = Math.max(Date.now(), lastPublishedAt + 1));
      const of = { id: newRunId(publishedAt), publishedAt, host: os.hostname() };
      const record: EventRecord = { format: RECORD_FORMAT, ...event, ...of };
      if (!this.#storage.create(eventKey(of.id), [Buffer.from(`${JSON.stringify(record)}\n`)])) continue;
      new Inbox(this.#storage).published(of.id);
      return record;
    }
  }

  /** The same under an id that its publisher noted before: it is published once, however often this is called. */
  publishAs(event: Omit<EventRecord, "format">): void {
    const record: EventRecord = { format: RECORD_FORMAT, ...event };
    this.#storage.create(eventKey(event.id), [Buffer.from(`${JSON.stringify(record)}\n`)]);
    new Inbox(this.#storage).published(event.id);
  }

  /** Announces that these will be read. */
  ahead(ids: readonly string[]): void {
    this.#storage.ahead(ids.map((id) => ({ op: "read", key: eventKey(id) })));
  }

  /** Null where there is no such event. */
  find(id: string): EventRecord | null {
    const key = eventKey(id);
    const bytes = this.#storage.read(key);
    return bytes === null ? null : parseEventRecord(Buffer.from(bytes).toString(), key);
  }
}
