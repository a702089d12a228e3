import path from "node:path";
import type { Datastore } from "../datastore.ts";
import type { RunEvent } from "../run-event.ts";
import { runFolder, type RunPlace } from "../run-keys.ts";
import { FolderChanges } from "./folder-changes.ts";
import { isAlive, thisMachine } from "./is-alive.ts";
import { RunEventTail } from "./run-event-tail.ts";

/** What one look at a run that goes on finds. */
export interface RunLook {
  /** What was written since the last look; it has to be read before the next one. */
  readonly events: Iterable<RunEvent>;
  /** Nobody works on the run: unless its end is among the events, it is stale. */
  readonly isGone: boolean;
}

export interface LooksOptions {
  /** Reads on from where it has come to. @defaultValue one that begins with the run's first event */
  readonly tail?: RunEventTail;
  /** Once it is aborted, there are no further looks. */
  readonly signal?: AbortSignal;
}

/** Where a look at the heartbeat is a request, this often: it is renewed no sooner. */
const REMOTE_HEARTBEAT_MS = 10_000;

/** Every event of a run's journal, from the first on, as they are written, until the run is over or nobody works on it. */
export async function* followRun(store: Datastore, place: RunPlace): AsyncGenerator<RunEvent, void, undefined> {
  for await (const { events, isGone } of looksAt(store, place)) {
    for (const event of events) {
      yield event;
      if (event.type === "run-finished") return;
    }
    if (isGone) return;
  }
}

/**
 * Looks at a run whenever something may have changed, for as long as the caller wants. In a folder that is when a file is
 * written; an idle look at a bucket is one request, and now and then a second one.
 * @throws MillraceError `MILLRACE_UNKNOWN_RUN` if there is no such run, or if it is removed while it is followed
 */
export async function* looksAt(
  store: Datastore,
  { flow, run }: RunPlace,
  { tail, signal }: LooksOptions = {},
): AsyncGenerator<RunLook, void, undefined> {
  const record = store.record(flow, run);
  const document = record.document();
  const { createdAt: startedAt } = document;
  const journal = tail ?? new RunEventTail(store.storage, document);
  const changes = new FolderChanges();
  const wake = () => changes.wake();
  signal?.addEventListener("abort", wake, { once: true });
  const { folder, isRemote } = store.storage;
  const folders = folder === null ? [] : [path.join(folder, runFolder({ flow, run }))];
  let heartbeatAt = -Infinity;
  let isGone = false;
  try {
    while (signal?.aborted !== true) {
      // First watch, then read: what comes after the reading wakes us.
      changes.watch(folders);
      // The heartbeat before the journal: a run that ends in between has its end there.
      const isDue = !isRemote || Date.now() - heartbeatAt >= REMOTE_HEARTBEAT_MS;
      if (isDue) {
        heartbeatAt = Date.now();
        if (!record.isThere()) record.document();
        isGone = !isAlive({ heartbeat: record.heartbeat(), startedAt }, thisMachine);
      }
      yield { events: journal.next(), isGone };
      await changes.next();
    }
  } finally {
    signal?.removeEventListener("abort", wake);
    changes.close();
  }
}
