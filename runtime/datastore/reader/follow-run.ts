import path from "node:path";
import type { Datastore } from "../datastore.ts";
import type { RunEvent } from "../run-event.ts";
import { runFolder, type RunPlace } from "../run-keys.ts";
import { FolderChanges } from "./folder-changes.ts";
import { JournalTail } from "./journal-tail.ts";
import { readRunHeader } from "./read-run.ts";

/** Every event of a run's journal, from the first on, as they are written, until the run is over or nobody works on it. */
export async function* followRun(store: Datastore, { flow, run }: RunPlace): AsyncGenerator<RunEvent, void, undefined> {
  const journal = new JournalTail(store.storage, { flow, run });
  const changes = new FolderChanges();
  const { folder } = store.storage;
  const folders = folder === null ? [] : [path.join(folder, runFolder({ flow, run }))];
  try {
    for (;;) {
      // First watch, then read: what comes after the reading wakes us.
      changes.watch(folders);
      const { status } = readRunHeader(store, { flow, run });
      for (const event of journal.next()) {
        yield event;
        if (event.type === "run-finished") return;
      }
      if (status === "stale") return;
      await changes.next();
    }
  } finally {
    changes.close();
  }
}
