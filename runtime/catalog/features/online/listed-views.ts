import { messageOf } from "../../../../sdk/base/message-of.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { isUnreadable } from "../../../datastore/is-unreadable.ts";
import type { FeatureSnapshot } from "../../../datastore/kinds/feature-snapshot.ts";
import type { FeatureVersion } from "../../../datastore/kinds/feature-version.ts";
import { featureError } from "../feature-error.ts";
import { FeatureStore } from "./feature-store.ts";

/** A feature view that was materialized. */
export interface ListedView {
  readonly name: string;
  readonly snapshot: FeatureSnapshot;
  /** The version that the snapshot is of. */
  readonly version: FeatureVersion;
  /** All versions that can be read, the oldest first. */
  readonly versions: readonly FeatureVersion[];
  /** Numbers of those that cannot. */
  readonly damaged: readonly number[];
}

/** One whose records cannot be read. */
export interface UnreadableView {
  readonly name: string;
  readonly problem: string;
}

/** Every view that was materialized, by name. */
export function listedViews(store: Datastore): (ListedView | UnreadableView)[] {
  const features = new FeatureStore(store);
  return features.views().flatMap((name): (ListedView | UnreadableView)[] => {
    try {
      const found = viewNamed(features, name);
      return found === null ? [] : [found];
    } catch (error) {
      // One damaged record is not to hide all other views.
      if (!isUnreadable(error)) throw error;
      return [{ name, problem: messageOf(error).split("\n")[0] ?? "" }];
    }
  });
}

/** @throws MillraceError `MILLRACE_FEATURE` that names the nearest, where there is none of that name */
export function findView(store: Datastore, name: string): ListedView {
  const features = new FeatureStore(store);
  const known = features.views();
  const found = known.includes(name) ? viewNamed(features, name) : null;
  if (found !== null) return found;
  const others = known.filter((one) => one !== name);
  const near = nearest(name, others);
  throw featureError(`Cannot find the feature view ${name} because none of that name was materialized`, {
    details: [`there are: ${others.join(", ") || "none"}`, `datastore: ${store.storage.location}`],
    hint: near === null ? "millrace features materialize FILE makes one" : `did you mean ${near}?`,
  });
}

/** Null for one that was never finished. */
function viewNamed(features: FeatureStore, name: string): ListedView | null {
  const snapshot = features.snapshot(name);
  if (snapshot === null) return null;
  const version = features.versionIn(snapshot);
  const versions = features.versions(name);
  const damaged = features.versionNumbers(name).filter((one) => versions.every(({ number }) => number !== one));
  return { name, snapshot, version, versions, damaged };
}

/** Whether all words stand in what is said of a view: names, description, tags, owner, entity, columns. */
export function saysWords(view: ListedView, words: readonly string[]): boolean {
  const { snapshot, version } = view;
  const { definition } = version;
  const columns = Object.values(definition.features).map((one) => (one.kind === "aggregate" ? one.column : null));
  const said = [
    ...[view.name, snapshot.owner, snapshot.description, ...snapshot.tags],
    ...[
      definition.entity.name,
      snapshot.source ?? definition.source.title,
      ...Object.keys(definition.features),
      ...columns,
    ],
  ];
  const text = said.join("\n").toLowerCase();
  return words.every((word) => text.includes(word.toLowerCase()));
}
