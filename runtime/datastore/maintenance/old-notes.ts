import { inboxNames } from "../inbox-names.ts";
import { documentKey } from "../run-keys.ts";
import type { Storage, StoredObject } from "../storage.ts";
import { isTemporary } from "./run-objects.ts";

const DAY_MS = 24 * 3_600_000;
/** Nobody has looked at a note for so long: no scheduler is at work. */
const OLD_MS = 30 * DAY_MS;

/**
 * What processes leave for schedulers, and tasks for the target that executes them, where nobody takes it away: notes that a
 * month has gone over, and those of runs that are gone. What an open fire has stays, whatever its age.
 */
export function* oldNotes(storage: Storage, now: number): Generator<StoredObject> {
  for (const object of storage.walk("inbox")) {
    const { key, modifiedAt } = object;
    if (isTemporary(key)) continue;
    const { events, changes, finished } = inboxNames([key.slice(key.indexOf("/") + 1)]);
    const isNote = events.length + changes.length + finished.length > 0;
    const isGone = finished.some((run) => !storage.has(documentKey(run)));
    if (isGone || (isNote && now - modifiedAt > OLD_MS)) yield object;
  }
  for (const object of storage.walk("told")) if (now - object.modifiedAt > OLD_MS) yield object;
}
