import os from "node:os";
import type { Datastore } from "../../../datastore/datastore.ts";
import { type FeatureParts, featurePartsKey, parseFeatureParts } from "../../../datastore/kinds/feature-parts.ts";
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

  /** Of a view, the oldest first. */
  versions(view: string): FeatureVersion[] {
    const names = this.store.storage.list(`${featureFolder(view)}/versions`);
    const numbers = numbersIn(names, (number) => featureVersionKey(view, number));
    this.store.storage.ahead(numbers.map((number) => ({ op: "read", key: featureVersionKey(view, number) })));
    return numbers.map((number) => this.#read(featureVersionKey(view, number), parseFeatureVersion)).filter(isThere);
  }

  /** The version that a definition is; the next one where it is none yet. */
  versionOf(view: ViewSpec, { username }: { readonly username: string }): FeatureVersion {
    const definition = definitionRecord(view);
    const hash = definitionHash(definition);
    for (;;) {
      const versions = this.versions(view.name);
      const known = versions.find((version) => version.hash === hash);
      if (known !== undefined) return known;
      const number = (versions.at(-1)?.number ?? 0) + 1;
      const version: FeatureVersion = {
        ...{ format: RECORD_FORMAT, view: view.name, number, hash, definition },
        ...{ time: Date.now(), username, host: os.hostname() },
      };
      if (this.store.storage.create(featureVersionKey(view.name, number), [encoded(version)])) return version;
    }
  }

  /** Null where the view was never materialized. */
  snapshot(view: string): FeatureSnapshot | null {
    return this.#read(featureSnapshotKey(view), parseFeatureSnapshot);
  }

  /** From now on this one answers. */
  replaceSnapshot(snapshot: FeatureSnapshot): void {
    this.store.storage.write(featureSnapshotKey(snapshot.view), [encoded(snapshot)]);
  }

  /** Null where nothing was read, or what was read is of no use. */
  parts(view: string): FeatureParts | null {
    return this.#read(featurePartsKey(view), parseFeatureParts);
  }

  replaceParts(parts: FeatureParts): void {
    this.store.storage.write(featurePartsKey(parts.view), [encoded(parts)]);
  }

  #read<T>(key: string, parse: (json: string, key: string) => T): T | null {
    const bytes = this.store.storage.read(key);
    return bytes === null ? null : parse(Buffer.from(bytes).toString(), key);
  }
}

function isThere<T>(value: T | null): value is T {
  return value !== null;
}

function encoded(record: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}
