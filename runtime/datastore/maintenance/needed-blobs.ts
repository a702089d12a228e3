import { isMillraceError, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { blobKey } from "../blob-key.ts";
import type { Datastore } from "../datastore.ts";
import type { RunEvent } from "../run-event.ts";
import { journalKind } from "../kinds/journal.ts";
import type { KindTable } from "../kinds/kind-table.ts";
import type { RecordKind, Reference } from "../kinds/record-kind.ts";
import { runKind } from "../kinds/run.ts";
import { valueIn, valuesIn } from "../kinds/values-in.ts";
import { linesOf } from "../lines-of.ts";
import { TaskChanges } from "../reader/task-changes.ts";
import { TaskEventTail } from "../reader/task-event-tail.ts";
import { parseLocator } from "../records.ts";
import { runFolder } from "../run-keys.ts";
import { announced, windows } from "./announced.ts";
import { itemsIn } from "./blobs-of-result.ts";
import { documentAt, type RecordPlace } from "./run-facts.ts";
import { isTemporary } from "./run-objects.ts";

/** A run whose record is to be read. */
export interface FoundBlobs {
  readonly folder: string;
  readonly isFinished: boolean;
  readonly isLive: boolean;
}

export interface ReachOptions {
  readonly kinds: KindTable;
  /** Keys of its records, as they were listed after it was known to have finished. */
  recordsIn(folder: string): readonly string[];
  /** Called now and then. */
  pace(): Promise<void>;
}

const RUNS_AT_ONCE = 32;
/** Read by themselves, before the others. */
const FIRST: readonly RecordKind[] = [runKind, journalKind];

/** What runs name, and whatever else keeps something: blobs, and the runs whose results they took over. */
export class NeededBlobs {
  /** Hashes. */
  readonly blobs = new Set<string>();
  /** Folders. */
  readonly runs = new Set<string>();
  /** Start of the oldest attempt that has not ended, of live runs; what it stored is named nowhere yet. */
  oldestRunningAt = Infinity;
  readonly #store: Datastore;
  readonly #options: ReachOptions;
  readonly #lists = new Set<string>();
  readonly #tables = new Set<string>();
  readonly #inBlobs = new Set<string>();

  constructor(store: Datastore, options: ReachOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** @throws MillraceError `MILLRACE_GC_UNREADABLE` if it cannot be known what one of them names */
  async add(runs: Iterable<FoundBlobs>): Promise<void> {
    for (const window of windows(runs, RUNS_AT_ONCE)) {
      this.#journals(window);
      this.#documents(window);
      this.#records(window.flatMap((run) => this.#keysIn(run)));
      await this.#options.pace();
    }
    await this.#items();
  }

  /** Adds what records beside those of runs name. */
  async addOthers(): Promise<void> {
    const { storage } = this.#store;
    for (const root of this.#options.kinds.keepingRoots) {
      const there = new Set([...storage.walk(root)].map(({ key }) => key));
      const keys = [...there].filter((key) => !isTemporary(key) && !isVoid(key, { kinds: this.#options.kinds, there }));
      for (const window of windows(keys, RUNS_AT_ONCE)) {
        this.#records(window);
        await this.#options.pace();
      }
    }
    await this.#items();
  }

  /** Before the results: of an attempt whose end is not in the journal yet, what it stored is young. */
  #journals(runs: readonly FoundBlobs[]): void {
    const { storage } = this.#store;
    const want = ({ folder }: FoundBlobs) => ({ op: "tail", key: `${folder}/journal.jsonl` }) as const;
    for (const { folder, isLive } of announced(runs, { storage, want })) {
      const changes = new TaskChanges();
      let hasJournal = false;
      for (const key of [`${folder}/journal.jsonl`, ...this.#laterJournals(folder)])
        this.#lines(key, journalKind, (event) => {
          hasJournal = true;
          changes.apply(event as RunEvent);
        });
      if (!isLive) continue;
      if (!hasJournal) for (const event of this.#toldByTasks(folder)) changes.apply(event);
      for (const { time } of changes.running()) this.oldestRunningAt = Math.min(this.oldestRunningAt, time);
    }
  }

  #toldByTasks(folder: string): readonly RunEvent[] {
    return orUnreadable(folder, () => new TaskEventTail(this.#store.storage, placeOf(folder)).next());
  }

  /** Of a run whose scheduler died, in the order in which they follow each other. */
  #laterJournals(folder: string): readonly string[] {
    const keys = this.#options.recordsIn(folder).filter((key) => key.startsWith(`${folder}/journal-`));
    return keys.sort((one, other) => one.length - other.length || (one < other ? -1 : 1));
  }

  #documents(runs: readonly FoundBlobs[]): void {
    for (const { folder } of runs) {
      const document = orUnreadable(folder, () => documentAt(this.#store, placeOf(folder)));
      if (document !== null) this.#addAll(runKind.references?.(document), folder);
    }
  }

  /** Whatever their kind names. */
  #records(keys: readonly string[]): void {
    const { storage } = this.#store;
    const found = keys.flatMap((key) => this.#options.kinds.of(key) ?? []);
    const naming = found.filter(({ kind }) => kind.references !== undefined && !FIRST.includes(kind));
    const want = ({ at, form }: (typeof naming)[number]) =>
      ({ op: form === "lines" ? "tail" : "read", key: at.key }) as const;
    for (const { kind, at, form } of announced(naming, { storage, want })) {
      if (form === "lines") this.#lines(at.key, kind);
      else if (form === "whole") this.#whole(at.key, kind);
    }
  }

  #keysIn({ folder, isFinished }: FoundBlobs): readonly string[] {
    const known = this.#options.recordsIn(folder);
    if (isFinished) return known;
    // A worker may have begun another segment since.
    const segments = this.#store.storage.list(`${folder}/results`).map((name) => `${folder}/results/${name}`);
    return [...new Set([...known, ...segments])];
  }

  #lines(key: string, kind: RecordKind, seen?: (record: unknown) => void): void {
    for (const { text } of linesOf(this.#store.storage, key)) {
      const record = orUnreadable(key, () => kind.parse?.(text, key));
      seen?.(record);
      this.#addAll(kind.references?.(record), key);
    }
  }

  #whole(key: string, kind: RecordKind): void {
    const bytes = this.#store.storage.read(key);
    if (bytes === null) return;
    const record = orUnreadable(key, () => kind.parse?.(Buffer.from(bytes).toString(), key));
    this.#addAll(kind.references?.(record), key);
  }

  /** @param from - the key or folder of what names them */
  #addAll(references: Iterable<Reference> | undefined, from: string): void {
    for (const reference of references ?? []) this.#add(reference, from);
  }

  #add(reference: Reference, from: string): void {
    switch (reference.to) {
      case "value":
        // Small ones lie in the record itself.
        if (reference.ref.data === undefined) this.blobs.add(reference.ref.hash);
        return;
      case "blob":
        this.blobs.add(reference.hash);
        return;
      case "record":
        return this.#inBlob(reference.hash, reference.kind, from);
      case "items":
        this.#lists.add(reference.hash);
        return;
      case "table":
        return this.#table(reference.hash);
      case "run":
        this.runs.add(runFolder(reference));
        return;
      case "result":
        return this.#result(reference.locator, from);
    }
  }

  /** What many records may have in common. */
  #inBlob(hash: string, kind: RecordKind, from: string): void {
    if (this.#inBlobs.has(hash)) return;
    this.#inBlobs.add(hash);
    this.blobs.add(hash);
    const read = () => kind.parse?.(Buffer.from(this.#store.blobs.get(hash)).toString(), blobKey(hash));
    const record = this.#orGone(hash, read);
    if (record !== null) this.#addAll(kind.references?.(record), from);
  }

  /** What results have in common; nobody can reach what one named that is gone. */
  #table(blob: string): void {
    if (this.#tables.has(blob)) return;
    this.#tables.add(blob);
    this.blobs.add(blob);
    const table = this.#orGone(blob, () => this.#store.tables.base(blob));
    for (const reference of valuesIn(table ?? {}, "")) this.#add(reference, blob);
  }

  /** The run of another one's result; its own is what is just read. */
  #result(locator: string, from: string): void {
    const [, flow = "", own = ""] = from.split("/");
    const { run } = parseLocator(locator);
    if (run !== own) this.runs.add(runFolder({ flow, run }));
  }

  async #items(): Promise<void> {
    const { storage, blobs } = this.#store;
    const fresh = [...this.#lists].filter((list) => !this.blobs.has(list));
    const want = (list: string) => ({ op: "read", key: blobKey(list) }) as const;
    let count = 0;
    for (const list of announced(fresh, { storage, want })) {
      this.blobs.add(list);
      for (const ref of this.#orGone(list, () => itemsIn(blobs, list)) ?? [])
        for (const reference of valueIn(ref, "")) this.#add(reference, blobKey(list));
      if (++count % RUNS_AT_ONCE === 0) await this.#options.pace();
    }
  }

  /** Null for a blob that is gone: nobody can reach what it named. */
  #orGone<T>(blob: string, read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      if ((error as { code?: string }).code === "MILLRACE_MISSING_BLOB") return null;
      throw unreadable(blobKey(blob), error);
    }
  }
}

/** Whether a record keeps nothing any more. */
function isVoid(key: string, { kinds, there }: { kinds: KindTable; there: ReadonlySet<string> }): boolean {
  const found = kinds.of(key);
  const by = found?.kind.voidedBy?.(found.at);
  return by !== undefined && there.has(by);
}

function placeOf(folder: string): RecordPlace {
  const [root = "", flow = "", run = ""] = folder.split("/");
  return { root: root === "spins" ? "spins" : "flows", flow, run };
}

function orUnreadable<T>(key: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw unreadable(key, error);
  }
}

/** What such a record names could be anything. */
export function unreadable(place: string, cause: unknown): MillraceError {
  const seen = isMillraceError(cause) ? cause.headline : messageOf(cause);
  return new MillraceError({
    code: "MILLRACE_GC_UNREADABLE",
    headline: `Cannot collect garbage because a record cannot be read, so what it still needs is not known: ${place}`,
    details: [seen],
    hint: "fsck reports what is damaged; nothing was removed. To give up a run that cannot be repaired, remove its folder",
    cause,
  });
}
