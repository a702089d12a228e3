import { setImmediate as nextTurn } from "node:timers/promises";
import type { Datastore } from "../datastore.ts";
import type { StoredObject } from "../storage.ts";
import { type Observer, thisMachine } from "../reader/is-alive.ts";
import { KINDS } from "../kinds/index.ts";
import { KindTable } from "../kinds/kind-table.ts";
import type { RecordKind } from "../kinds/record-kind.ts";
import { runFolder } from "../run-keys.ts";
import { chooseRuns, type ChosenRuns } from "./choose-runs.ts";
import { GarbageCounts, type GarbageKind, type GcReport } from "./gc-report.ts";
import type { KeepRule } from "./keep-rule.ts";
import { undoInterrupted } from "./write-intent.ts";
import { type Lease, refuseBesideGc, takeLease } from "./lease.ts";
import { oldNotes } from "./old-notes.ts";
import { NeededBlobs, type FoundBlobs, unreadable } from "./needed-blobs.ts";
import { removeFolder, removeRuns } from "./remove-runs.ts";
import { refuseStandIns } from "./refuse-stand-ins.ts";
import { findRuns, type FoundRuns, type RunFacts } from "./run-facts.ts";
import { objectsOfRuns, type ObjectsOfRuns } from "./run-objects.ts";
import { sweepBlobs } from "./sweep-blobs.ts";
import { cacheEntries } from "./cache-entries.ts";

export interface GcOptions {
  /** Without any no run is removed. */
  readonly rules: readonly KeepRule[];
  /** Rules are for the runs of this flow alone; of all where null. */
  readonly flow: string | null;
  /** Only tell what would go; nothing is written. */
  readonly isDryRun: boolean;
  /** Ends it between two steps. */
  readonly signal: AbortSignal;
  readonly observer?: Observer | undefined;
  /** @defaultValue all kinds of record that Millrace has */
  readonly kinds?: readonly RecordKind[];
  progress(text: string): void;
}

/** What was stored later than so long before may yet be named by somebody. */
const MARGIN_MS = 3_600_000;
const DAY_MS = 24 * 3_600_000;
/** Objects that are removed between two steps. */
const AT_ONCE = 256;

/**
 * Removes what no kept run reaches, beside running flows.
 * @throws MillraceError `MILLRACE_GC_RUNNING`, `MILLRACE_GC_LOST`, or `MILLRACE_GC_UNREADABLE` if a record is damaged or a link: then nothing was removed
 */
export async function collectGarbage(store: Datastore, options: GcOptions): Promise<GcReport> {
  const { observer = thisMachine, isDryRun } = options;
  // Where there is no datastore yet, a lease would make one.
  const isThere = [...store.storage.list("")].length > 0;
  if (isDryRun || !isThere) {
    if (isThere) refuseBesideGc(store.storage, observer);
    return new Collection(store, { ...options, observer, lease: null }).run();
  }
  const lease = takeLease(store.storage, observer);
  try {
    return await new Collection(store, { ...options, observer, lease }).run();
  } finally {
    lease.end();
  }
}

class Collection {
  readonly #store: Datastore;
  readonly #options: GcOptions & { readonly observer: Observer; readonly lease: Lease | null };
  readonly #counts = new GarbageCounts();
  readonly #kinds: KindTable;

  constructor(store: Datastore, options: GcOptions & { observer: Observer; lease: Lease | null }) {
    this.#store = store;
    this.#kinds = new KindTable(options.kinds ?? KINDS);
    this.#options = options;
  }

  async run(): Promise<GcReport> {
    const { lease, observer, progress, isDryRun } = this.#options;
    const { storage } = this.#store;
    if (lease !== null) undoInterrupted(storage);
    progress("reading runs");
    refuseStandIns(storage);
    const found = this.#findRuns();
    const chosen = chooseRuns(this.#store, { ...this.#options, runs: found.runs, now: observer.now() });
    await this.#pace();
    const objects = objectsOfRuns(storage, this.#kinds);
    progress(`reading what ${chosen.kept.size} runs need`);
    const recordsIn = (folder: string) => objects.byFolder.get(folder)?.records ?? [];
    const reach = new NeededBlobs(this.#store, { kinds: this.#kinds, recordsIn, pace: () => this.#pace() });
    await reach.addOthers();
    const reached = await this.#mark(reach, { found, folders: new Set([...chosen.kept.keys(), ...reach.runs]) });
    const before = Math.min(lease?.takenAt ?? observer.now(), reach.oldestRunningAt) - MARGIN_MS;

    const doomed = chosen.removed.filter((run) => !reached.has(runFolder(run)));
    progress(`removing ${doomed.length} runs`);
    const needed = await this.#removeRuns(doomed, { found, objects });
    for (const folder of await this.#mark(reach, { found, folders: needed })) reached.add(folder);
    await this.#removeRests(
      found.rests.filter((folder) => !reached.has(folder)),
      { objects, before },
    );
    await this.#removeStale(new Set(doomed.map(runFolder).filter((folder) => !reached.has(folder))));
    await this.#remove(
      "temporary",
      objects.temporary.filter(({ modifiedAt }) => modifiedAt < before),
    );
    // Their writers are gone for long: no upload takes a day.
    const uploads = lease === null ? 0 : storage.abandonUploads(lease.takenAt - DAY_MS);
    for (let count = 0; count < uploads; count += 1) this.#counts.add("temporary", { size: 0 });
    progress("removing blobs that nothing needs");
    const { kept: keptBlobs } = await sweepBlobs(storage, {
      reached: reach.blobs,
      before,
      hold: isDryRun ? null : (folder) => this.#pace(folder),
      removed: (object, kind) => this.#counts.add(kind, object),
    });
    return { isDryRun, removed: this.#counts.all, runs: runsOf(found, { chosen, reached }), keptBlobs };
  }

  /** Lets signals be heard, and the lease be renewed. */
  async #pace(sweeping?: string | null): Promise<void> {
    await nextTurn();
    this.#options.signal.throwIfAborted();
    this.#options.lease?.hold(sweeping);
  }

  #findRuns(): FoundRuns {
    try {
      return findRuns(this.#store, this.#options.observer);
    } catch (error) {
      throw unreadable("a run", error);
    }
  }

  /** Adds what these runs need, and what the runs need that they took results from; gives all their folders. */
  async #mark(
    reach: NeededBlobs,
    { found, folders }: { found: FoundRuns; folders: Iterable<string> },
  ): Promise<Set<string>> {
    const marked = new Set<string>();
    for (let fresh = [...folders]; fresh.length > 0;) {
      for (const folder of fresh) marked.add(folder);
      await reach.add(fresh.map((folder) => reachedOf(folder, found.runs.get(folder))));
      fresh = [...reach.runs].filter((folder) => !marked.has(folder));
    }
    return marked;
  }

  async #removeRuns(
    runs: readonly RunFacts[],
    { found, objects }: { found: FoundRuns; objects: ObjectsOfRuns },
  ): Promise<ReadonlySet<string>> {
    const removed = (run: RunFacts) => {
      const size = objects.byFolder.get(runFolder(run))?.bytes ?? 0;
      this.#counts.add(run.root === "spins" ? "spins" : "runs", { size });
    };
    if (!this.#options.isDryRun) {
      return removeRuns(this.#store, runs, { known: found.runs, hold: () => this.#pace(), removed });
    }
    for (const run of runs) removed(run);
    return new Set();
  }

  async #removeRests(
    folders: readonly string[],
    { objects, before }: { objects: ObjectsOfRuns; before: number },
  ): Promise<void> {
    for (const folder of folders) {
      const { bytes: size, newestAt } = objects.byFolder.get(folder) ?? { bytes: 0, newestAt: -Infinity };
      // A younger one may be a run that just begins.
      if (newestAt >= before) continue;
      if (!this.#options.isDryRun) {
        await removeFolder(this.#store.storage, folder, { hold: () => this.#pace() });
        // A removal that was cut off between a file and its folder.
        this.#store.storage.removeEmpty?.(folder);
      }
      this.#counts.add("rests", { size });
    }
  }

  /** Entries of the cache go with the run that they point to, and so does the note that it has ended. */
  async #removeStale(removed: ReadonlySet<string>): Promise<void> {
    const { storage } = this.#store;
    const entries = [...cacheEntries(storage)];
    const inbox = [...storage.walk("inbox")];
    // Listed after these: a run is there before anything points to it.
    const left = this.#store
      .flows()
      .flatMap((flow) => this.#store.runs(flow).map((run) => ({ flow, run })))
      .filter((run) => !removed.has(runFolder(run)));
    const ids = new Set(left.map(({ run }) => run));
    const gone = entries.filter(({ run }) => run !== null && !ids.has(run));
    await this.#remove(
      "cache",
      gone.map(({ object }) => object),
    );
    const now = this.#options.observer.now();
    await this.#remove("notes", [...oldNotes(storage, { inbox, runs: new Set(left.map(runFolder)), now })]);
  }

  async #remove(kind: GarbageKind, objects: readonly StoredObject[]): Promise<void> {
    for (let at = 0; at < objects.length; at += AT_ONCE) {
      await this.#pace();
      const some = objects.slice(at, at + AT_ONCE);
      if (!this.#options.isDryRun) this.#store.storage.remove(some.map(({ key }) => key));
      for (const object of some) this.#counts.add(kind, object);
    }
  }
}

/** A folder without `run.json` is what is left of a run that others still need. */
function reachedOf(folder: string, facts: RunFacts | undefined): FoundBlobs {
  return { folder, isFinished: facts?.isFinished ?? false, isLive: facts?.isLive ?? false };
}

function runsOf(
  found: FoundRuns,
  { chosen, reached }: { chosen: ChosenRuns; reached: ReadonlySet<string> },
): GcReport["runs"] {
  return [...found.runs.values()]
    .filter(({ root }) => root === "flows")
    .map((facts) => {
      const { flow, run } = facts;
      const folder = runFolder(facts);
      const keptBy = chosen.kept.get(folder) ?? (reached.has(folder) ? ["needed by another run"] : []);
      return { flow, run, keptBy };
    });
}
