import type { Datastore } from "../datastore.ts";
import type { RunFinished } from "../events.ts";
import { endOf, JournalTail } from "./journal.ts";
import { isAlive, type Observer, thisMachine } from "./liveness.ts";
import type { RunPlace } from "./run-keys.ts";
import type { RunHeader, RunStatus, RunSummary } from "./run-summary.ts";
import { TaskFold } from "./task-fold.ts";

export interface ReadRunOptions extends RunPlace {
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
  const { flow, run, observer = thisMachine } = options;
  const document = store.record(flow, run).document();
  return headerOf(store, { document, observer, end: endOf(store.storage, { flow, run }) });
}

/** Reads a run again and again while it goes on; only what is new in the journal is read each time. */
export class RunFollower {
  readonly #store: Datastore;
  readonly #observer: Observer;
  readonly #document: RunHeader["document"];
  readonly #journal: JournalTail;
  readonly #tasks: TaskFold;
  #end: RunFinished | null = null;

  constructor(store: Datastore, { flow, run, observer = thisMachine }: ReadRunOptions) {
    this.#store = store;
    this.#observer = observer;
    this.#document = store.record(flow, run).document();
    this.#journal = new JournalTail(store.storage, { flow, run });
    this.#tasks = new TaskFold(run);
  }

  update(): RunSummary {
    for (const event of this.#journal.next()) {
      if (event.type === "run-finished") this.#end = event;
      else this.#tasks.apply(event);
    }
    const header = headerOf(this.#store, { document: this.#document, observer: this.#observer, end: this.#end });
    return { ...header, tasks: this.#tasks.tasks(header.status) };
  }
}

function headerOf(
  store: Datastore,
  { document, observer, end }: { document: RunHeader["document"]; observer: Observer; end: RunFinished | null },
): RunHeader {
  const { flow, run, createdAt: startedAt, tags, originRun, parameters } = document;
  const heartbeat = end === null ? store.record(flow, run).heartbeat() : null;
  const status: RunStatus = end?.status ?? (isAlive({ heartbeat, startedAt }, observer) ? "running" : "stale");
  const finishedAt = end?.time ?? null;
  const lastSeenAt = finishedAt ?? heartbeat?.time ?? startedAt;
  const reason = end?.reason ?? null;
  return { flow, run, status, startedAt, finishedAt, lastSeenAt, reason, tags, originRun, parameters, document };
}
