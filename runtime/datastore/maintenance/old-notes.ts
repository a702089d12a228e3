import { Deployments } from "../deployments.ts";
import { inboxNames } from "../inbox-names.ts";
import { runFolder } from "../run-keys.ts";
import type { Storage, StoredObject } from "../storage.ts";
import { isTemporary } from "./run-objects.ts";

const DAY_MS = 24 * 3_600_000;
/** Nobody has looked at a note for so long: no scheduler is at work. */
const OLD_MS = 30 * DAY_MS;
/** The target whose schedulers look at them. */
const LOCAL = "local";

/**
 * What processes leave for schedulers, and tasks for the target that executes them, where nobody takes it away: notes that a
 * month has gone over, and those of runs that are gone. What an open fire has stays, whatever its age; so does what may start a
 * run while a deployment waits for it that schedulers run.
 *
 * @param inbox - all of it
 * @param runs - folders of the runs that are there, listed after `inbox`
 */
export function* oldNotes(
  storage: Storage,
  {
    inbox,
    runs,
    now,
  }: { readonly inbox: readonly StoredObject[]; readonly runs: ReadonlySet<string>; readonly now: number },
): Generator<StoredObject> {
  let isAwaited: boolean | undefined;
  for (const object of inbox) {
    const { key, modifiedAt } = object;
    if (isTemporary(key)) continue;
    const { events, changes, finished } = inboxNames([key.slice(key.indexOf("/") + 1)]);
    if (finished.some((run) => !runs.has(runFolder(run)))) yield object;
    else if (now - modifiedAt <= OLD_MS) continue;
    else if (changes.length > 0) yield object;
    else if (events.length + finished.length > 0 && !(isAwaited ??= hasLocal(storage))) yield object;
  }
  for (const object of storage.walk("told")) if (now - object.modifiedAt > OLD_MS) yield object;
}

/** Whether a deployment is on that schedulers run. One that cannot be read may be. */
function hasLocal(storage: Storage): boolean {
  let isUnknown = false;
  const all = new Deployments(storage).all(() => (isUnknown = true));
  return isUnknown || all.some(({ state, version }) => !state.isPaused && version.target === LOCAL);
}
