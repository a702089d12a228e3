import { hasCode } from "../../../sdk/base/millrace-error.ts";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Datastore } from "../datastore.ts";
import { cacheKind } from "../kinds/cache.ts";
import { gcKind, INTENT_KEY } from "../kinds/gc.ts";
import { KINDS } from "../kinds/index.ts";
import { placeAt } from "../kinds/key-pattern.ts";
import { KindTable } from "../kinds/kind-table.ts";
import type { RecordKind } from "../kinds/record-kind.ts";
import { storeKind } from "../kinds/store.ts";
import { documentKey, journalKey, runFolder } from "../run-keys.ts";
import type { ForeignThing, StoredObject, Want } from "../storage.ts";
import { type BlobFacts, checkBlobs } from "./check-blobs.ts";
import { CHECKED_TOGETHER, checkRun } from "./check-run.ts";
import { windows } from "./announced.ts";
import { faultOfIntent, undoInterrupted } from "./write-intent.ts";
import { type Lease, takeLease } from "./lease.ts";
import { type FsckReport, type Leftovers, problem, type Problem, problemOf } from "./problem.ts";
import { RecordCheck } from "./record-check.ts";
import { ReferenceCheck, type Use } from "./reference-check.ts";
import { ProblemList } from "./problem-list.ts";
import { repaired, type RepairOptions } from "./repaired.ts";
import { ResultIndex } from "./result-index.ts";
import { type RecordPlace, placesIn } from "./run-facts.ts";
import { isTemporary } from "./run-objects.ts";
import { cacheEntries } from "./cache-entries.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";

export interface FsckOptions extends Pick<RepairOptions, "copyOf"> {
  /** Leave out the bytes of blobs, and logs. */
  readonly isQuick: boolean;
  readonly isRepair: boolean;
  /** @defaultValue all kinds of record that Millrace has */
  readonly kinds?: readonly RecordKind[];
  readonly signal: AbortSignal;
  progress(text: string): void;
}

const NO_BLOBS: BlobFacts = { sizes: new Map(), bad: new Map(), plain: new Map(), bytes: 0, temporary: [] };
const RUNS_AT_ONCE = 16;
const DAY_MS = 24 * 3_600_000;

/**
 * Reads a store and tells what is not as Millrace wrote it. Beside running flows it may be used at any time.
 * @throws MillraceError `MILLRACE_GC_RUNNING` if it is to repair and a gc is at work; `MILLRACE_NEWER_FORMAT`
 */
export async function checkStore(store: Datastore, options: FsckOptions): Promise<FsckReport> {
  // Where there is no datastore yet, a lease would make one.
  if (!options.isRepair || store.storage.list("").length === 0) return new Fsck(store, options).run(null);
  const lease = takeLease(store.storage);
  try {
    if (faultOfIntent(store.storage) === null) undoInterrupted(store.storage);
    return await new Fsck(store, options).run(lease);
  } finally {
    lease.end();
  }
}

class Fsck {
  readonly #store: Datastore;
  readonly #options: FsckOptions;
  readonly #kinds: KindTable;
  readonly #problems = new ProblemList();
  readonly #seenLists = new Set<string>();
  readonly #temporary: StoredObject[] = [];
  readonly #deadCacheEntries: string[] = [];
  #lease: Lease | null = null;
  #runs = 0;
  #results = 0;
  #rests = 0;

  constructor(store: Datastore, options: FsckOptions) {
    this.#store = store;
    this.#options = options;
    this.#kinds = new KindTable(options.kinds ?? KINDS);
  }

  async run(lease: Lease | null): Promise<FsckReport> {
    const { isQuick } = this.#options;
    this.#lease = lease;
    this.#format();
    this.#intent();
    for (const found of this.#store.storage.foreign?.(this.#kinds.roots) ?? []) this.#foreign(found);
    const pace = (text: string) => this.#pace(text, lease);
    const facts = (await listed(() => checkBlobs(this.#store, { isQuick, pace }))) ?? NO_BLOBS;
    appendAll(this.#temporary, facts.temporary);
    const references = new ReferenceCheck(this.#store, facts);
    const index = new ResultIndex(this.#store.storage);
    await listed(async () => {
      for (const place of this.#places()) {
        await pace(`read ${this.#runs} runs`);
        await listed(() => this.#check(place, { references, index }));
      }
    });
    const records = new RecordCheck(this.#store, {
      references,
      seenLists: this.#seenLists,
      add: (found) => this.#add(found),
    });
    for (const root of this.#kinds.recordRoots) {
      const found = [...((await listed(() => this.#recordsIn(root))) ?? [])];
      const there = new Set(found.flatMap(([, keys]) => keys));
      for (const [kind, keys] of found) records.check(kind, { keys, there });
      await pace(`read ${root}`);
    }
    // A run that was removed meanwhile lacks what it lacks.
    const isThere = onceEach((place: string) => this.#store.storage.has(place));
    const isPresent = (use: Use) =>
      use.run === "" || isThere(documentKey(use)) || isThere(documentKey({ ...use, root: "spins" }));
    for (const found of references.problems(isPresent)) this.#add(found);
    await listed(() => this.#cache());
    const { examples: problems, kinds } = this.#problems;
    const checked = { runs: this.#runs, results: this.#results, blobs: facts.sizes.size, bytes: facts.bytes };
    return { isQuick, checked, problems, kinds, leftovers: await this.#leftovers(lease) };
  }

  #check(place: RecordPlace, { references, index }: { references: ReferenceCheck; index: ResultIndex }): void {
    const others = this.#recordsIn(runFolder(place));
    const checked = checkRun(this.#store, { place, references, index, seenLists: this.#seenLists, others });
    if (!checked.isRun) this.#rests += 1;
    else if (checked.problems.length === 0 || this.#store.storage.has(documentKey(place))) {
      this.#runs += 1;
      this.#results += checked.results;
      for (const found of checked.problems) this.#add(found);
    }
  }

  #add(found: Problem): void {
    const lease = this.#lease;
    const isRepaired = lease !== null && repaired(this.#store, found, { lease, copyOf: this.#options.copyOf });
    this.#problems.add({ ...found, isRepaired });
  }

  #intent(): void {
    const fault = faultOfIntent(this.#store.storage);
    if (fault === null) return;
    const { seen, isLasting } = fault;
    const mend = isLasting
      ? gcKind.fix(placeAt(INTENT_KEY))
      : "let it be read, by the Millrace that wrote it or a newer one: a gc that was cut off may have left documents of runs in it";
    const found = problem("gc", { place: INTENT_KEY, seen, loses: [], mend });
    if (isLasting) this.#add(found);
    else this.#problems.add(found);
  }

  #foreign({ key, seen, isLink }: ForeignThing): void {
    const mend = isLink
      ? "move what it leads to back into its place, or mount it there (bind mount): only the datastore's folder itself may be a link"
      : "remove it: Millrace neither made it nor uses it";
    this.#add(problem("foreign", { place: key, seen, loses: [], mend }));
  }

  /** Announced is what does not have to be read after something else. */
  *#places(): Generator<RecordPlace> {
    for (const window of windows(placesIn(this.#store), RUNS_AT_ONCE)) {
      const wants = window.flatMap((place): Want[] => [
        { op: "read", key: documentKey(place) },
        { op: "read", key: `${runFolder(place)}/heartbeat.json` },
        { op: "tail", key: journalKey(place) },
      ]);
      this.#store.storage.ahead(wants);
      yield* window;
    }
  }

  async #pace(text: string, lease: Lease | null): Promise<void> {
    await nextTurn();
    this.#options.signal.throwIfAborted();
    this.#options.progress(text);
    lease?.hold();
  }

  #format(): void {
    const { storage } = this.#store;
    const key = storeKind.keys[0]?.key ?? "";
    const bytes = storage.read(key);
    if (bytes === null && storage.list("").length === 0) return;
    const text = bytes === null ? "" : Buffer.from(bytes).toString();
    if (isRecordOf(storeKind, { key, text })) return;
    const seen = bytes === null ? "it is not there" : `it is not valid: ${text.slice(0, 40)}`;
    this.#add(problemOf(storeKind, placeAt(key), seen));
  }

  /** What lies below a folder and is read by itself, by its kind. */
  #recordsIn(folder: string): ReadonlyMap<RecordKind, readonly string[]> {
    const records = new Map<RecordKind, string[]>();
    for (const object of this.#store.storage.walk(folder)) {
      if (isTemporary(object.key)) {
        this.#temporary.push(object);
        continue;
      }
      const kind = this.#kinds.of(object.key)?.kind;
      if (kind?.parse === undefined || CHECKED_TOGETHER.includes(kind)) continue;
      if (kind.isLarge === true && this.#options.isQuick) continue;
      const keys = records.get(kind) ?? [];
      records.set(kind, keys);
      keys.push(object.key);
    }
    return records;
  }

  #cache(): void {
    const flows = this.#store.flows();
    const runs = new Set(flows.flatMap((flow) => this.#store.runs(flow)));
    for (const { object, run } of cacheEntries(this.#store.storage)) {
      if (run === null) {
        this.#add(problemOf(cacheKind, placeAt(object.key), "it is not an entry"));
      } else if (!runs.has(run)) this.#deadCacheEntries.push(object.key);
    }
    for (const object of this.#store.storage.walk("cache")) if (isTemporary(object.key)) this.#temporary.push(object);
  }

  async #leftovers(lease: Lease | null): Promise<Leftovers> {
    const { storage } = this.#store;
    const old = this.#temporary.filter(({ modifiedAt }) => lease !== null && lease.takenAt - modifiedAt > DAY_MS);
    if (lease !== null) storage.remove([...old.map(({ key }) => key), ...this.#deadCacheEntries]);
    return {
      temporary: this.#temporary.length - old.length,
      rests: this.#rests,
      deadCacheEntries: lease === null ? this.#deadCacheEntries.length : 0,
      setAside: (await listed(() => storage.list("damaged")))?.length ?? 0,
    };
  }
}

function isRecordOf(kind: RecordKind, { key, text }: { key: string; text: string }): boolean {
  try {
    kind.parse?.(text, key);
    return true;
  } catch {
    return false;
  }
}

function onceEach(look: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>();
  return (text) => {
    const before = known.get(text) ?? look(text);
    known.set(text, before);
    return before;
  };
}

/** Null where a link stands in the place of what is to be listed: it is told as foreign. */
async function listed<T>(action: () => T | Promise<T>): Promise<T | null> {
  try {
    return await action();
  } catch (error) {
    if (hasCode(error, "MILLRACE_NOT_AN_OBJECT")) return null;
    throw error;
  }
}
