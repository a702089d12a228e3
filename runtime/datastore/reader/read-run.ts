import type { Datastore } from "../datastore.ts";
import type { RunEvent } from "../run-event.ts";
import { lastEvent } from "./journal-tail.ts";
import { RunEventTail } from "./run-event-tail.ts";
import { isAlive, isJustGone, type Observer, thisMachine } from "./is-alive.ts";
import type { RunDocument } from "../records.ts";
import type { RunPlace } from "../run-keys.ts";
import type { RunHeader, RunStatus, RunSummary } from "./run-summary.ts";
import { tagsNow } from "../change-tags.ts";
import { TaskFold } from "./task-fold.ts";

export interface ReadRunOptions extends RunPlace {
  /** Where it has been read already. */
  readonly document?: RunDocument | undefined;
  /** @defaultValue this machine, now */
  readonly observer?: Observer | undefined;
}

/**
 * The run as its journal and heartbeat tell it.
 * @throws MillraceError `MILLRACE_UNKNOWN_RUN` if there is none of that id
 */
export function readRun(store: Datastore, options: ReadRunOptions): RunSummary {
  return new RunFollower(store, options).update();
}

/** The same without the tasks, at a cost that does not grow with their number. */
export function readRunHeader(store: Datastore, options: ReadRunOptions): RunHeader {
  const { flow, run, observer = thisMachine, document = store.record(flow, run).document() } = options;
  const read = () => headerOf(store, { document, observer, last: lastEvent(store.storage, document) });
  const header = read();
  return isJustGone(header, observer) ? read() : header;
}

/** Adds the tasks to what is known of a run, from its journal alone; of a run that goes on they may be ahead of it. */
export function withTasks(store: Datastore, header: RunHeader): RunSummary {
  const tasks = new TaskFold(header.document);
  for (const event of new RunEventTail(store.storage, header.document).next()) tasks.apply(event);
  return { ...header, tasks: tasks.tasks(header.status) };
}

/** Reads a run again and again while it goes on; only what is new in the journal is read each time. */
export class RunFollower {
  readonly #store: Datastore;
  readonly #observer: Observer;
  readonly #document: RunHeader["document"];
  readonly #journal: RunEventTail;
  readonly #tasks: TaskFold;
  #last: RunEvent | null = null;
  #count = 0;
  /** What was given last: as long as nothing happens it is given again. */
  #given: { readonly count: number; readonly status: RunStatus; readonly tasks: RunSummary["tasks"] } | null = null;

  constructor(store: Datastore, { flow, run, observer = thisMachine }: ReadRunOptions) {
    this.#store = store;
    this.#observer = observer;
    this.#document = store.record(flow, run).document();
    this.#journal = new RunEventTail(store.storage, this.#document);
    this.#tasks = new TaskFold(this.#document);
  }

  update(): RunSummary {
    const before = this.#header();
    const header = isJustGone(before, this.#observer) ? this.#header() : before;
    return { ...header, tasks: this.#tasksIn(header.status) };
  }

  /** How many events the latest update knows: what {@link RunEventTail.cursor} says. */
  get cursor(): string {
    return this.#journal.cursor;
  }

  /** Reads on from a cursor of this one; null where that is of another reading. */
  tailAfter(cursor: string): RunEventTail | null {
    const told = this.#journal.toldAt(cursor);
    return told === null ? null : new RunEventTail(this.#store.storage, this.#document, told);
  }

  #tasksIn(status: RunStatus): RunSummary["tasks"] {
    const count = this.#count;
    if (this.#given?.count !== count || this.#given.status !== status)
      this.#given = { count, status, tasks: this.#tasks.tasks(status) };
    return this.#given.tasks;
  }

  #header(): RunHeader {
    for (const event of this.#journal.next()) {
      this.#last = event;
      this.#count += 1;
      this.#tasks.apply(event);
    }
    return headerOf(this.#store, { document: this.#document, observer: this.#observer, last: this.#last });
  }
}

/** A run by its document and the latest event of its journal. */
export function headerOf(
  store: Datastore,
  { document, observer, last }: { document: RunHeader["document"]; observer: Observer; last: RunEvent | null },
): RunHeader {
  const { flow, run, createdAt: startedAt, originRun, parameters } = document;
  const tags = tagsNow(store.storage, document);
  const end = last?.type === "run-finished" ? last : null;
  const heartbeat = end === null ? store.record(flow, run).heartbeat() : null;
  const isGone = end === null && !isAlive({ heartbeat, startedAt }, observer);
  const open: RunStatus = heartbeat?.awaits === undefined ? "running" : "pending";
  const status = end?.status ?? (isGone ? "stale" : open);
  const finishedAt = end?.time ?? null;
  const lastSeenAt = finishedAt ?? Math.max(startedAt, heartbeat?.time ?? 0, last?.time ?? 0);
  const reason = end?.reason ?? null;
  return { flow, run, status, startedAt, finishedAt, lastSeenAt, reason, tags, originRun, parameters, document };
}
