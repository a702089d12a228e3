import { hasCode, isMillraceError, MillraceError } from "../../../sdk/base/errors.ts";
import { blobKey } from "../blob-key.ts";
import type { Datastore } from "../datastore.ts";
import { parseEvent, parseRecord, parseResult } from "../parse-record.ts";
import { faultOfCheckpoint } from "../record-shapes.ts";
import { parseLocator, type ResultLine, type RunDocument } from "../records.ts";
import { documentAt } from "./run-facts.ts";
import { runFolder } from "../run-keys.ts";
import type { Checkpointed } from "../run-record.ts";
import { announced, windows } from "./announced.ts";
import { linesOf } from "../lines.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { readRelease } from "../release-document.ts";
import { blobsOfDocument, blobsOfRelease, blobsOfTable, itemLists, itemListsOf, itemsIn } from "./references.ts";
import { TaskChanges } from "../reader/task-changes.ts";

/** A run whose record is to be read. */
export interface Reached {
  readonly folder: string;
  readonly isFinished: boolean;
  readonly isLive: boolean;
}

export interface ReachOptions {
  /** Keys of its results and checkpoints, as they were listed after it was known to have finished. */
  recordsIn(folder: string): readonly string[];
  /** Called now and then. */
  pace(): Promise<void>;
}

const RUNS_AT_ONCE = 32;

/** What runs name: blobs, and the runs whose results they took over. */
export class Reach {
  /** Hashes. */
  readonly blobs = new Set<string>();
  /** Folders. */
  readonly runs = new Set<string>();
  /** Start of the oldest attempt that has not ended, of live runs; what it stored is named nowhere yet. */
  oldestRunningAt = Infinity;
  readonly #store: Datastore;
  readonly #options: ReachOptions;
  readonly #lists = new Set<string>();
  readonly #bases = new Set<string>();
  readonly #releases = new Set<string>();

  constructor(store: Datastore, options: ReachOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** @throws MillraceError `MILLRACE_GC_UNREADABLE` if it cannot be known what one of them names */
  async add(runs: Iterable<Reached>): Promise<void> {
    for (const window of windows(runs, RUNS_AT_ONCE)) {
      this.#journals(window);
      this.#records(window);
      await this.#options.pace();
    }
    await this.#items();
  }

  /** Before the results: of an attempt whose end is not in the journal yet, what it stored is young. */
  #journals(runs: readonly Reached[]): void {
    const { storage } = this.#store;
    const want = ({ folder }: Reached) => ({ op: "tail", key: `${folder}/journal.jsonl` }) as const;
    for (const { folder, isLive } of announced(runs, { storage, want })) {
      const changes = new TaskChanges();
      const key = `${folder}/journal.jsonl`;
      for (const { text } of linesOf(storage, key)) {
        const event = orUnreadable(key, () => parseEvent(text, key));
        for (const list of itemListsOf(event)) this.#lists.add(list);
        const change = changes.apply(event);
        if (change?.kind === "reused") this.#locator(folder, change.finished.result);
      }
      if (!isLive) continue;
      for (const { time } of changes.running()) this.oldestRunningAt = Math.min(this.oldestRunningAt, time);
    }
  }

  #records(runs: readonly Reached[]): void {
    const { storage } = this.#store;
    const want = (key: string) => ({ op: isCheckpoint(key) ? "read" : "tail", key }) as const;
    for (const run of runs) {
      const document = this.#document(run.folder);
      if (document === null) continue;
      this.#addAll(blobsOfDocument(document));
      if (document.release !== undefined) this.#release(document.release);
    }
    for (const key of announced(
      runs.flatMap((run) => this.#keysIn(run)),
      { storage, want },
    )) {
      if (isCheckpoint(key)) this.#checkpoint(key);
      else for (const { text } of linesOf(storage, key)) this.#result(orUnreadable(key, () => parseResult(text, key)));
    }
  }

  #keysIn({ folder, isFinished }: Reached): readonly string[] {
    const known = this.#options.recordsIn(folder);
    if (isFinished) return known;
    // A worker may have begun another segment since.
    const segments = this.#store.storage.list(`${folder}/results`).map((name) => `${folder}/results/${name}`);
    return [...new Set([...known, ...segments])];
  }

  #document(folder: string): RunDocument | null {
    const [root = "", flow = "", run = ""] = folder.split("/");
    try {
      return documentAt(this.#store, { root: root === "spins" ? "spins" : "flows", flow, run });
    } catch (error) {
      throw unreadable(folder, error);
    }
  }

  #checkpoint(key: string): void {
    const bytes = this.#store.storage.read(key);
    if (bytes === null) return;
    const text = Buffer.from(bytes).toString();
    const { value } = orUnreadable(key, () => parseRecord(text, key, faultOfCheckpoint) as Checkpointed);
    this.#addAll(blobsOfTable({ value }));
  }

  #result(result: ResultLine): void {
    if (result.base !== undefined) this.#base(result.base.blob);
    this.#addAll(blobsOfTable(result.artifacts));
    for (const list of itemLists(result.next)) this.#lists.add(list);
  }

  /** What a run was begun from, which many runs may have in common. */
  #release(hash: string): void {
    if (this.#releases.has(hash)) return;
    this.#releases.add(hash);
    this.#addAll(this.#unlessGone(hash, () => blobsOfRelease(readRelease(this.#store.blobs, hash))));
  }

  /** What results have in common; nobody can reach what one named that is gone. */
  #base(blob: string): void {
    if (this.#bases.has(blob)) return;
    this.#bases.add(blob);
    this.blobs.add(blob);
    this.#addAll(this.#unlessGone(blob, () => blobsOfTable(this.#store.tables.base(blob))));
  }

  #unlessGone(blob: string, named: () => Iterable<string>): Iterable<string> {
    try {
      return named();
    } catch (error) {
      if (!hasCode(error, "MILLRACE_MISSING_BLOB")) throw unreadable(blobKey(blob), error);
      return [];
    }
  }

  #locator(folder: string, locator: string): void {
    const [, flow = ""] = folder.split("/");
    this.runs.add(runFolder({ flow, run: parseLocator(locator).run }));
  }

  async #items(): Promise<void> {
    const { storage, blobs } = this.#store;
    const fresh = [...this.#lists].filter((list) => !this.blobs.has(list));
    const want = (list: string) => ({ op: "read", key: blobKey(list) }) as const;
    let count = 0;
    for (const list of announced(fresh, { storage, want })) {
      this.blobs.add(list);
      try {
        for (const { hash, data } of itemsIn(blobs, list)) if (data === undefined) this.blobs.add(hash);
      } catch (error) {
        // Nobody can reach what a list named that is gone.
        if (!hasCode(error, "MILLRACE_MISSING_BLOB")) throw unreadable(blobKey(list), error);
      }
      if (++count % RUNS_AT_ONCE === 0) await this.#options.pace();
    }
  }

  #addAll(hashes: Iterable<string>): void {
    for (const hash of hashes) this.blobs.add(hash);
  }
}

function isCheckpoint(key: string): boolean {
  return key.includes("/checkpoints/");
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
