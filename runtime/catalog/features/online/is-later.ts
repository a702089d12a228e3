import { blobKey } from "../../../datastore/blob-key.ts";
import { type FeatureSnapshot, snapshotParts } from "../../../datastore/kinds/feature-snapshot.ts";
import { type FeatureStore, unlessDamaged } from "./feature-store.ts";

/** Whether there is one that answers, and for a later instant. */
export function isLater(
  features: FeatureStore,
  snapshot: FeatureSnapshot | null,
  until: number,
): snapshot is FeatureSnapshot {
  if (snapshot === null || snapshot.until <= until || !isThere(features, snapshot)) return false;
  const version = unlessDamaged(() => features.version(snapshot.view, snapshot.version)).found;
  return version !== null && (snapshot.definition ?? version.hash) === version.hash;
}

/** Whether nothing of it was removed, or set aside because it was damaged. */
export function isThere({ store }: FeatureStore, snapshot: FeatureSnapshot): boolean {
  return snapshotParts(snapshot).every(({ blob }) => store.storage.has(blobKey(blob)));
}
