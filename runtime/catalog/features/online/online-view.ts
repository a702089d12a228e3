import { setTimeout as sleep } from "node:timers/promises";
import { nearest } from "../../../../sdk/base/nearest.ts";
import { blobKey } from "../../../datastore/blob-key.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import {
  type FeatureSnapshot,
  featureSnapshotKey,
  parseFeatureSnapshot,
  snapshotParts,
} from "../../../datastore/kinds/feature-snapshot.ts";
import { featureError } from "../feature-error.ts";
import { KeyIndex, type KeyedRows, NO_KEY } from "../key-index.ts";
import type { ViewSpec } from "../view-spec.ts";
import { aggregatesFor, withComputed } from "../with-computed.ts";
import { DefinitionJudge } from "./definition-judge.ts";
import { FeatureStore } from "./feature-store.ts";
import { LayeredSnapshot, missingSnapshot } from "./layered-snapshot.ts";

/** In a bucket, whoever asks looks for a new snapshot after this time, and is answered meanwhile. */
const LOOK_AGAIN_MS = 5000;
/** An answer is not from a snapshot that nobody looked at for longer: who asks then waits. */
const STALE_MS = 10_000;
/** But not for longer than this, where the bucket does not answer. */
const PATIENCE_MS = 2000;
/** Snapshots can take each other's place while one is opened. */
const TRIES = 3;

/** Values by feature, one a row, and the snapshot that they are from. */
export interface OnlineAnswer {
  readonly values: Map<string, readonly unknown[]>;
  readonly answered: Pick<FeatureSnapshot, "version" | "until">;
}

/** Answers for the features of one view. */
export interface OnlineAnswers {
  /**
   * @param names - of features of the view
   * @param rows - with the entity's keys
   * @throws MillraceError `MILLRACE_FEATURE` where there is no snapshot, or one of another definition;
   * `MILLRACE_DAMAGED_BLOB` for a damaged one
   */
  answer(view: ViewSpec, names: readonly string[], rows: KeyedRows): Promise<OnlineAnswer>;
  close(): void;
}

interface Opened {
  readonly bytes: Uint8Array;
  readonly record: FeatureSnapshot;
  readonly judge: DefinitionJudge;
  readonly snapshot: LayeredSnapshot;
}

export interface OnlineViewOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
  /** An answer waits at most so long for a look into a bucket. */
  readonly patienceMs?: number;
}

/** Answers out of the snapshot in the datastore that stands for the view now. */
export class OnlineView implements OnlineAnswers {
  readonly #store: Datastore;
  readonly #name: string;
  readonly #now: () => number;
  readonly #patienceMs: number;
  #opened: Opened | null = null;
  #lookedAt = -Infinity;
  /** In a bucket; null where nobody looks. */
  #looking: Promise<Opened> | null = null;
  #isSlow = false;
  /** One after the other, as they share parts. */
  #opening: Promise<Opened> | null = null;

  constructor(
    store: Datastore,
    name: string,
    { now = () => performance.now(), patienceMs = PATIENCE_MS }: OnlineViewOptions = {},
  ) {
    this.#store = store;
    this.#name = name;
    this.#now = now;
    this.#patienceMs = patienceMs;
  }

  async answer(view: ViewSpec, names: readonly string[], rows: KeyedRows): Promise<OnlineAnswer> {
    const aggregates = aggregatesFor(view, names);
    const index = new KeyIndex(view.entity);
    const ids = index.take(rows);
    const keys = index.texts();
    const { found, opened } = await this.#find(keys, (one) => one.judge.refuseOther(view, aggregates));
    const columns = new Map<string, readonly unknown[]>();
    for (const name of aggregates.keys())
      columns.set(
        name,
        Array.from(ids, (id) => opened.snapshot.value(name, id === NO_KEY ? null : found[id]!)),
      );
    const { version, until } = opened.record;
    const values = withComputed(view, names, { found: columns, length: ids.length });
    return { values, answered: { version, until } };
  }

  close(): void {
    this.#opened?.snapshot.close();
    this.#opened = null;
  }

  async #find(keys: readonly string[], check: (opened: Opened) => void) {
    for (let [opened, tries] = [await this.#current(), 1]; ; tries += 1) {
      check(opened);
      try {
        return { found: await opened.snapshot.find(keys), opened };
      } catch (error) {
        // The next one has taken its place, and gc has removed it since; or a copy on this machine is damaged.
        const next = tries < TRIES ? await this.#insteadOf(opened) : null;
        if (next === null) throw error;
        opened = next;
      }
    }
  }

  /** On a disk the record is read each time, in a bucket now and then and in the background. */
  async #current(): Promise<Opened> {
    const { storage } = this.#store;
    if (!storage.isRemote) return this.#taken(storage.read(this.#key));
    const opened = this.#opened;
    if (opened === null) return this.#look();
    const age = this.#now() - this.#lookedAt;
    if (age <= LOOK_AGAIN_MS) return opened;
    // What there is goes on answering where the next one cannot be read.
    const looking = this.#look().catch(() => this.#opened ?? opened);
    if (age <= STALE_MS || this.#isSlow) return opened;
    const patience = new AbortController();
    const waited = sleep(this.#patienceMs, null, { signal: patience.signal }).catch(() => null);
    const next = await Promise.race([looking, waited]);
    patience.abort();
    if (next !== null) return next;
    this.#isSlow = this.#looking !== null;
    return this.#opened ?? opened;
  }

  get #key(): string {
    return featureSnapshotKey(this.#name);
  }

  /** One look at a time. */
  #look(): Promise<Opened> {
    return (this.#looking ??= this.#readSoon().finally(() => {
      this.#lookedAt = this.#now();
      [this.#looking, this.#isSlow] = [null, false];
    }));
  }

  async #readSoon(): Promise<Opened> {
    return this.#taken(await this.#store.storage.readSoon(this.#key));
  }

  /** Of one that could not be read; null where nothing else is there. */
  async #insteadOf(opened: Opened): Promise<Opened | null> {
    const { storage } = this.#store;
    const copies = snapshotParts(opened.record).filter(({ blob }) => storage.dropCopy?.(blobKey(blob)));
    if (copies.length > 0 && this.#opened === opened) this.#replace(null);
    // One that began before may not have seen the next one.
    await this.#looking?.catch(() => null);
    if (this.#opened !== null && this.#opened !== opened) return this.#opened;
    const next = await this.#look().catch(() => null);
    return next === opened ? null : next;
  }

  async #taken(given: Uint8Array | null): Promise<Opened> {
    let bytes = given;
    for (let tries = 1; ;) {
      if (bytes === null) throw this.#nothing();
      if (this.#opened !== null && Buffer.compare(bytes, this.#opened.bytes) === 0) return this.#opened;
      if (this.#opening !== null) {
        await this.#opening.catch(() => null);
        continue;
      }
      this.#opening = this.#open(bytes);
      try {
        return await this.#opening;
      } catch (error) {
        // The next one may have taken its place meanwhile, and gc may have removed it.
        const again = tries++ < TRIES ? await this.#store.storage.readSoon(this.#key) : null;
        if (again === null || Buffer.compare(again, bytes) === 0) throw error;
        bytes = again;
      } finally {
        this.#opening = null;
      }
    }
  }

  async #open(bytes: Uint8Array): Promise<Opened> {
    const record = parseFeatureSnapshot(Buffer.from(bytes).toString(), this.#key);
    const judge = new DefinitionJudge(await new FeatureStore(this.#store).versionSoon(record));
    const { storage } = this.#store;
    const snapshot = await LayeredSnapshot.open(storage, record, this.#opened?.snapshot ?? null);
    if (snapshot === null) throw missingSnapshot(storage, record);
    const opened = { bytes, record, judge, snapshot };
    this.#replace(opened);
    return opened;
  }

  #replace(next: Opened | null): void {
    const before = this.#opened?.snapshot;
    this.#opened = next;
    // Who was given it has not read from it yet, but will in this turn.
    if (before !== undefined) setImmediate(() => before.close(next?.snapshot));
  }

  #nothing(): Error {
    const known = new FeatureStore(this.#store).views();
    const near = nearest(this.#name, known);
    return featureError(`${this.#name} was not materialized in ${this.#store.storage.location}`, {
      ...(known.length === 0 ? {} : { details: [`there are: ${known.join(", ")}`] }),
      hint: near === null ? "millrace features materialize FILE does that" : `did you mean ${near}?`,
    });
  }
}
