import { hasCode } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../datastore.ts";
import { lastEvent, lastEventAhead, partsAhead } from "../reader/journal-tail.ts";
import { isAlive, type Observer } from "../reader/is-alive.ts";
import type { RunDocument } from "../records.ts";
import { documentKey, type RecordRoot, runFolder } from "../run-keys.ts";
import type { RunRecord } from "../run-record.ts";
import type { Want } from "../storage.ts";
import { announced } from "./announced.ts";

/** A record of a run, or of a step that was tried out, as far as it decides what becomes of it. */
export interface RunFacts {
  readonly root: RecordRoot;
  readonly flow: string;
  readonly run: string;
  readonly document: RunDocument;
  readonly isFinished: boolean;
  /** Somebody works on it, or did so within the last day: a machine may have slept. */
  readonly isLive: boolean;
  readonly lastSeenAt: number;
}

export interface FoundRuns {
  readonly runs: ReadonlyMap<string, RunFacts>;
  /** Folders without `run.json`: what a removal left that was cut off. */
  readonly rests: readonly string[];
}

const DAY_MS = 24 * 3_600_000;
/** A run that others drive, in which no task has begun or ended for so long. */
const GIVEN_UP_AFTER_MS = 30 * DAY_MS;

/** Everything that has a record in a store, by its folder. */
export function findRuns(store: Datastore, observer: Observer): FoundRuns {
  const runs = new Map<string, RunFacts>();
  const rests: string[] = [];
  const documents = {
    storage: store.storage,
    want: (place: RecordPlace): Want => ({ op: "read", key: documentKey(place) }),
  };
  const found: { place: RecordPlace; document: RunDocument }[] = [];
  for (const place of announced(placesIn(store), documents)) {
    const document = documentAt(store, place);
    if (document === null) rests.push(runFolder(place));
    else found.push({ place, document });
  }
  const journals = {
    storage: store.storage,
    want: ({ place, document }: (typeof found)[number]) => [lastEventAhead(place), ...partsAhead(place, document)],
  };
  for (const { place, document } of announced(found, journals)) {
    runs.set(runFolder(place), factsOf(store, { place, document, observer }));
  }
  return { runs, rests };
}

export interface RecordPlace {
  readonly root: RecordRoot;
  readonly flow: string;
  readonly run: string;
}

/** All runs and spins that have a folder. */
export function* placesIn({ storage }: Datastore): Generator<RecordPlace> {
  for (const root of ["flows", "spins"] as const) {
    for (const flow of foldersIn(storage.list(root))) {
      for (const run of foldersIn(storage.list(`${root}/${flow}`))) yield { root, flow, run };
    }
  }
}

function recordOf(store: Datastore, { root, flow, run }: RecordPlace): RunRecord {
  return root === "flows" ? store.record(flow, run) : store.spin(flow, run);
}

/** Null where there is none. */
export function documentAt(store: Datastore, place: RecordPlace): RunDocument | null {
  try {
    return recordOf(store, place).document();
  } catch (error) {
    if (hasCode(error, "MILLRACE_UNKNOWN_RUN")) return null;
    throw error;
  }
}

function factsOf(
  store: Datastore,
  { place, document, observer }: { place: RecordPlace; document: RunDocument; observer: Observer },
): RunFacts {
  const last = lastEvent(store.storage, { ...place, mayContinue: document.mayContinue });
  const isFinished = last?.type === "run-finished";
  const heartbeat = isFinished ? null : recordOf(store, place).heartbeat();
  const startedAt = document.createdAt;
  const lastSeenAt = Math.max(startedAt, last?.time ?? 0, heartbeat?.time ?? 0);
  const age = observer.now() - lastSeenAt;
  // What drives it may have been stopped by force, and nobody told.
  const isGivenUp = heartbeat?.drivenBy !== undefined && age > GIVEN_UP_AFTER_MS;
  const isLive = !isFinished && !isGivenUp && (age < DAY_MS || isAlive({ heartbeat, startedAt }, observer));
  return { ...place, document, isFinished, isLive, lastSeenAt };
}

function foldersIn(names: readonly string[]): string[] {
  return names.filter((name) => name.endsWith("/")).map((name) => name.slice(0, -1));
}
