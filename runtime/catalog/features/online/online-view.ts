import { nearest } from "../../../../sdk/base/nearest.ts";
import { hasCode } from "../../../../sdk/base/millrace-error.ts";
import { blobKey } from "../../../datastore/blob-key.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import {
  type FeatureSnapshot,
  featureSnapshotKey,
  parseFeatureSnapshot,
} from "../../../datastore/kinds/feature-snapshot.ts";
import type { FeatureVersion } from "../../../datastore/kinds/feature-version.ts";
import { featureError } from "../feature-error.ts";
import { KeyIndex, type KeyedRows, NO_KEY } from "../key-index.ts";
import type { AggregateSpec, ViewSpec } from "../view-spec.ts";
import { aggregatesFor, withComputed } from "../with-computed.ts";
import { definitionRecord, sourceMeaning, storedFeature } from "./definition-record.ts";
import { FeatureStore } from "./feature-store.ts";
import { Snapshot, type SnapshotRow } from "./snapshot.ts";

/** In a bucket a new snapshot is noticed within this time. */
const LOOK_AGAIN_MS = 5000;

interface Opened {
  readonly record: FeatureSnapshot;
  readonly version: FeatureVersion;
  readonly snapshot: Snapshot;
}

/** Answers for the features of one view, out of the snapshot that stands for it now. */
export class OnlineView {
  readonly #store: Datastore;
  readonly #name: string;
  readonly #now: () => number;
  #opened: Opened | null = null;
  #bytes: Uint8Array = new Uint8Array(0);
  #lookedAt = -Infinity;
  #isLooking = false;
  /** Selections whose definition was compared with that of the snapshot. */
  #judged = new WeakMap<ViewSpec, Set<string>>();

  /** @param options - `now`: milliseconds of a clock that never goes back */
  constructor(store: Datastore, name: string, { now = () => performance.now() }: { readonly now?: () => number } = {}) {
    this.#store = store;
    this.#name = name;
    this.#now = now;
  }

  /**
   * @param names - of features of the view
   * @param rows - with the entity's keys
   * @returns values by feature, one a row
   * @throws MillraceError `MILLRACE_FEATURE` where there is no snapshot, or one of another definition;
   * `MILLRACE_DAMAGED_BLOB` for a damaged one
   */
  values(view: ViewSpec, names: readonly string[], rows: KeyedRows): Map<string, readonly unknown[]> {
    const aggregates = aggregatesFor(view, names);
    const { snapshot } = this.#current(view, aggregates);
    const index = new KeyIndex(view.entity);
    const ids = index.take(rows);
    const found = index.texts().map((key) => snapshot.find(key));
    const placeOf = (id: number): SnapshotRow | null => (id === NO_KEY ? null : found[id]!);
    const columns = new Map<string, readonly unknown[]>();
    for (const name of aggregates.keys())
      columns.set(
        name,
        Array.from(ids, (id) => snapshot.value(name, placeOf(id))),
      );
    return withComputed(view, names, { found: columns, length: ids.length });
  }

  /** The snapshot that answered last. */
  get answered(): Pick<FeatureSnapshot, "version" | "until"> | null {
    if (this.#opened === null) return null;
    const { version, until } = this.#opened.record;
    return { version, until };
  }

  close(): void {
    this.#opened?.snapshot.close();
    this.#opened = null;
  }

  #current(view: ViewSpec, aggregates: ReadonlyMap<string, AggregateSpec>): Opened {
    const opened = this.#look();
    const judged = this.#judged.get(view) ?? new Set();
    this.#judged.set(view, judged);
    const fresh = [...aggregates].filter(([name]) => !judged.has(name));
    if (fresh.length > 0) refuseOther(view, opened, fresh);
    for (const [name] of fresh) judged.add(name);
    return opened;
  }

  /** On a disk the record is read each time, in a bucket now and then and in the background. */
  #look(): Opened {
    const { storage } = this.#store;
    const key = featureSnapshotKey(this.#name);
    if (this.#opened === null || !storage.isRemote) return this.#take(storage.read(key));
    if (!this.#isLooking && this.#now() - this.#lookedAt > LOOK_AGAIN_MS) void this.#lookSoon(key);
    return this.#opened;
  }

  async #lookSoon(key: string): Promise<void> {
    this.#isLooking = true;
    try {
      this.#take(await this.#store.storage.readSoon(key));
    } catch {
      // What there is goes on answering.
    } finally {
      this.#isLooking = false;
    }
  }

  #take(bytes: Uint8Array | null): Opened {
    this.#lookedAt = this.#now();
    if (bytes === null) throw this.#nothing();
    if (this.#opened !== null && Buffer.compare(bytes, this.#bytes) === 0) return this.#opened;
    const record = parseFeatureSnapshot(Buffer.from(bytes).toString(), featureSnapshotKey(this.#name));
    const version = new FeatureStore(this.#store).versionIn(record);
    const opened = { record, version, snapshot: this.#open(record) };
    this.close();
    [this.#opened, this.#bytes, this.#judged] = [opened, bytes, new WeakMap()];
    return opened;
  }

  #open({ blob, size, index, view }: FeatureSnapshot): Snapshot {
    const key = blobKey(blob);
    const place = { size, index, title: `the features ${view}`, key };
    for (let isAgain = false; ; isAgain = true) {
      const reader = this.#store.storage.open(key);
      if (reader === null)
        throw featureError(`the snapshot of ${view} is not in ${this.#store.storage.location}`, {
          details: [`key: ${key}`],
          hint: "run millrace features materialize again",
        });
      try {
        return new Snapshot(reader, place);
      } catch (error) {
        reader.close();
        // A damaged copy on this machine is given up for the blob itself.
        const isCopy = !isAgain && hasCode(error, "MILLRACE_DAMAGED_BLOB") && this.#store.storage.dropCopy?.(key);
        if (isCopy !== true) throw error;
      }
    }
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

/** What the snapshot holds has to be what the code asks for. */
function refuseOther(view: ViewSpec, { record, version }: Opened, asked: readonly AskedFeature[]): void {
  const differs = whatDiffers(view, version.definition, asked);
  if (differs === null) return;
  throw featureError(
    `the snapshot of ${view.name} is of another definition: ${differs} differs from version ${record.version}`,
    { hint: "run millrace features materialize with the file as it is now" },
  );
}

type AskedFeature = readonly [name: string, spec: AggregateSpec];

function whatDiffers(
  view: ViewSpec,
  { entity, source, ttlMs, features }: FeatureVersion["definition"],
  asked: readonly AskedFeature[],
): string | null {
  const own = definitionRecord(view);
  if (!isEqual(entity, own.entity)) return "its entity";
  if (!isEqual(sourceMeaning(source), sourceMeaning(own.source))) return "its source";
  if (ttlMs !== own.ttlMs) return "its ttl";
  return asked.find(([name, spec]) => !isEqual(features[name], storedFeature(spec)))?.[0] ?? null;
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
