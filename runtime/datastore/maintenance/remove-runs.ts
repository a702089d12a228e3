import type { Datastore } from "../datastore.ts";
import { documentKey, runFolder } from "../run-keys.ts";
import type { Storage } from "../storage.ts";
import { announced, windows } from "./announced.ts";
import { type Intent, INTENT_KEY } from "../kinds/gc.ts";
import { putBack, writeIntent } from "./write-intent.ts";
import { documentAt, placesIn, type RunFacts } from "./run-facts.ts";

export interface RemovalOptions {
  /** Every record that there was when it was decided what to remove. */
  readonly known: ReadonlyMap<string, RunFacts>;
  /** Called before anything is removed. */
  hold(): Promise<void>;
  removed(run: RunFacts): void;
}

const RUNS_AT_ONCE = 100;
const KEYS_AT_ONCE = 256;

/**
 * Removes records, `run.json` first: whoever resumes a run looks for it when its own is written, and gives up if it is
 * gone. Where somebody was earlier, it is put back.
 * @param runs - what resumes a run stands before it
 * @returns folders of the runs that have to stay
 */
export async function removeRuns(
  store: Datastore,
  runs: readonly RunFacts[],
  options: RemovalOptions,
): Promise<Set<string>> {
  const needed = new Set<string>();
  for (const batch of windows(runs, RUNS_AT_ONCE)) {
    await options.hold();
    const doomed = batch.filter((run) => !needed.has(runFolder(run)));
    const documents = textsOf(store.storage, doomed);
    writeIntent(store.storage, { documents });
    store.storage.remove(documents.map(({ key }) => key));
    addNeeded(store, { known: options.known, needed });
    const kept = new Set(doomed.filter((run) => needed.has(runFolder(run))).map(documentKey));
    putBack(
      store.storage,
      documents.filter(({ key }) => kept.has(key)),
    );
    store.storage.remove([INTENT_KEY]);
    for (const run of doomed) {
      if (needed.has(runFolder(run))) continue;
      await removeFolder(store.storage, runFolder(run), options);
      options.removed(run);
    }
  }
  return needed;
}

export async function removeFolder(
  storage: Storage,
  folder: string,
  { hold }: { hold(): Promise<void> },
): Promise<void> {
  for (const objects of windows(storage.walk(folder), KEYS_AT_ONCE)) {
    await hold();
    storage.remove(objects.map(({ key }) => key));
  }
}

function textsOf(storage: Storage, runs: readonly RunFacts[]): Intent["documents"] {
  const want = (run: RunFacts) => ({ op: "read", key: documentKey(run) }) as const;
  return [...announced(runs, { storage, want })].flatMap((run) => {
    const key = documentKey(run);
    const bytes = storage.read(key);
    return bytes === null ? [] : [{ key, text: Buffer.from(bytes).toString() }];
  });
}

/** Adds what records that came since go on from. */
function addNeeded(
  store: Datastore,
  { known, needed }: { known: ReadonlyMap<string, RunFacts>; needed: Set<string> },
): void {
  for (const place of placesIn(store)) {
    if (known.has(runFolder(place))) continue;
    const document = documentAt(store, place);
    let origin = document?.originRun ?? null;
    while (origin !== null) {
      const folder = runFolder({ flow: place.flow, run: origin });
      if (needed.has(folder)) break;
      needed.add(folder);
      origin = known.get(folder)?.document.originRun ?? null;
    }
  }
}
