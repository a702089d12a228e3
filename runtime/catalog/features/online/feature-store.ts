import os from "node:os";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { hasCode } from "../../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import {
  type FeatureParts,
  featurePartsKey,
  featureReadFolder,
  featureReadKey,
  parseFeatureParts,
} from "../../../datastore/kinds/feature-parts.ts";
import {
  type FeatureSnapshot,
  featureSnapshotKey,
  parseFeatureSnapshot,
} from "../../../datastore/kinds/feature-snapshot.ts";
import {
  featureFolder,
  type FeatureVersion,
  featureVersionKey,
  parseFeatureVersion,
} from "../../../datastore/kinds/feature-version.ts";
import { numbersIn } from "../../../datastore/numbers-in.ts";
import { RECORD_FORMAT } from "../../../datastore/records.ts";
import { featureError } from "../feature-error.ts";
import type { ViewSpec } from "../view-spec.ts";
import { definitionHash, definitionRecord } from "./definition-record.ts";

/** Reads and writes what a datastore knows of feature views. */
export class FeatureStore {
  readonly store: Datastore;

  constructor(store: Datastore) {
    this.store = store;
  }

  /** Every view that was ever begun, by name. */
  views(): string[] {
    const names = this.store.storage.list("features").filter((name) => name.endsWith("/"));
    return names.map((name) => name.slice(0, -1));
  }

  /** Numbers of a view's versions, the smallest first, also of those that are damaged. */
  versionNumbers(view: string): number[] {
    const names = this.store.storage.list(`${featureFolder(view)}/versions`);
    return numbersIn(names, (number) => featureVersionKey(view, number));
  }

  /** Of a view, the oldest first; without those that are damaged. */
  versions(view: string): FeatureVersion[] {
    const numbers = this.versionNumbers(view);
    this.store.storage.ahead(numbers.map((number) => ({ op: "read", key: featureVersionKey(view, number) })));
    return numbers.map((number) => unlessDamaged(() => this.version(view, number)).found).filter(isThere);
  }

  /**
   * Null where there is none of that number.
   *
   * @throws MillraceError `MILLRACE_DAMAGED_RECORD`
   */
  version(view: string, number: number): FeatureVersion | null {
    return this.#read(featureVersionKey(view, number), parseFeatureVersion);
  }

  /**
   * The version that a snapshot was made from.
   *
   * @throws MillraceError `MILLRACE_FEATURE` where it is gone, or another definition has got its number since;
   * `MILLRACE_DAMAGED_RECORD`
   */
  versionIn(snapshot: FeatureSnapshot): FeatureVersion {
    return this.#checked(snapshot, this.version(snapshot.view, snapshot.version));
  }

  /** The same, in the background where each read is a request. */
  async versionSoon(snapshot: FeatureSnapshot): Promise<FeatureVersion> {
    const key = featureVersionKey(snapshot.view, snapshot.version);
    const bytes = await this.store.storage.readSoon(key);
    return this.#checked(snapshot, bytes === null ? null : parseFeatureVersion(Buffer.from(bytes).toString(), key));
  }

  #checked({ view, version: number, definition }: FeatureSnapshot, version: FeatureVersion | null): FeatureVersion {
    const seen =
      version === null
        ? `is not in ${this.store.storage.location}`
        : `is not the definition that the snapshot in ${this.store.storage.location} was made from`;
    if (version !== null && (definition === undefined || definition === version.hash)) return version;
    throw featureError(`version ${number} of ${view} ${seen}`, { hint: "run millrace features materialize again" });
  }

  /** The version that a definition is; the next one where it is none yet. */
  versionOf(view: ViewSpec, { username }: { readonly username: string }): FeatureVersion {
    const definition = definitionRecord(view);
    const hash = definitionHash(definition);
    for (;;) {
      const versions = this.versions(view.name);
      const known = versions.find((version) => version.hash === hash);
      if (known !== undefined) return known;
      const number = (this.versionNumbers(view.name).at(-1) ?? 0) + 1;
      const version: FeatureVersion = {
        ...{ format: RECORD_FORMAT, view: view.name, number, hash, definition },
        ...{ time: Date.now(), username, host: os.hostname() },
      };
      const key = featureVersionKey(view.name, number);
      if (this.store.storage.create(key, [checked(version, key, parseFeatureVersion)])) return version;
    }
  }

  /** Null where the view was never materialized. */
  snapshot(view: string): FeatureSnapshot | null {
    return this.#read(featureSnapshotKey(view), parseFeatureSnapshot);
  }

  /** From now on this one answers. */
  replaceSnapshot(snapshot: FeatureSnapshot): void {
    const key = featureSnapshotKey(snapshot.view);
    this.store.storage.write(key, [checked(snapshot, key, parseFeatureSnapshot)]);
  }

  /** Null where nothing was read, or what was read is of no use. */
  parts(view: string): FeatureParts | null {
    return this.#read(featurePartsKey(view), parseFeatureParts);
  }

  replaceParts(parts: FeatureParts): void {
    const key = featurePartsKey(parts.view);
    this.store.storage.write(key, [checked(parts, key, parseFeatureParts)]);
  }

  /** What tasks have read and {@link parts} does not name yet, by its id; without what is damaged. */
  readByTasks(view: string): ReadonlyMap<string, FeatureParts> {
    const ids = this.store.storage.list(featureReadFolder(view)).filter((name) => name.endsWith(".json"));
    const keys = ids.map((name) => `${featureReadFolder(view)}/${name}`);
    this.store.storage.ahead(keys.map((key) => ({ op: "read", key })));
    const found = keys.map((key) => unlessDamaged(() => this.#read(key, parseFeatureParts)).found);
    return new Map(ids.flatMap((name, at) => (found[at] == null ? [] : [[name.slice(0, -".json".length), found[at]]])));
  }

  /** @param id - SHA-256 of what the task is to read */
  readByTask(view: string, id: string): FeatureParts | null {
    return unlessDamaged(() => this.#read(featureReadKey(view, id), parseFeatureParts)).found;
  }

  replaceReadByTask(id: string, parts: FeatureParts): void {
    const key = featureReadKey(parts.view, id);
    this.store.storage.write(key, [checked(parts, key, parseFeatureParts)]);
  }

  removeReadByTasks(view: string, ids: readonly string[]): void {
    if (ids.length > 0) this.store.storage.remove(ids.map((id) => featureReadKey(view, id)));
  }

  #read<T>(key: string, parse: (json: string, key: string) => T): T | null {
    const bytes = this.store.storage.read(key);
    return bytes === null ? null : parse(Buffer.from(bytes).toString(), key);
  }
}

/** What a reading gives; of a damaged record nothing, and what is wrong with it. */
export function unlessDamaged<T>(read: () => T): { readonly found: T | null; readonly problem: string | null } {
  try {
    return { found: read(), problem: null };
  } catch (error) {
    if (!hasCode(error, "MILLRACE_DAMAGED_RECORD")) throw error;
    return { found: null, problem: messageOf(error).split("\n")[0] ?? "" };
  }
}

function isThere<T>(value: T | null): value is T {
  return value !== null;
}

/** What could not be read again is not written: it would stop all that reads it. */
function checked(record: object, key: string, parse: (json: string, key: string) => unknown): Uint8Array {
  const json = JSON.stringify(record);
  try {
    parse(json, key);
  } catch (error) {
    throw featureError(`${key} cannot be written: ${messageOf(error)}`, { cause: error });
  }
  return Buffer.from(`${json}\n`);
}
