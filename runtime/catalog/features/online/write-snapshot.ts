import { hasCode } from "../../../../sdk/base/millrace-error.ts";
import { hashOf } from "../../../datastore/blobs.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { type FeatureSnapshot, type SnapshotPart, snapshotParts } from "../../../datastore/kinds/feature-snapshot.ts";
import { changedRows } from "./changed-rows.ts";
import { LayeredSnapshot } from "./layered-snapshot.ts";
import { snapshotBytes } from "./snapshot-bytes.ts";
import type { SnapshotRows } from "./snapshot-rows.ts";

/** Deltas that have more than this share of the bytes of their base, or of its keys, become a new one with it. */
const DELTA_SHARE = 1 / 5;
/** Each is looked at for each key: of so many the next one takes the place. */
const MAX_DELTAS = 8;

/** What a record of a snapshot says of its blobs. */
export type StoredParts = SnapshotPart & Pick<FeatureSnapshot, "deltas">;

/**
 * Stores the values of all keys: what differs from the snapshot before as a delta, where that is little; else whole.
 *
 * @param before - of the same definition; null where there is none
 * @param pace - called now and then
 */
export async function writeSnapshot(
  store: Datastore,
  rows: SnapshotRows,
  { before, pace }: { readonly before: FeatureSnapshot | null; pace(): void },
): Promise<StoredParts> {
  const parts = before === null ? null : await unlessDamaged(() => layered(store, rows, { before, pace }));
  return parts ?? storedBytes(store, snapshotBytes(rows));
}

/** Null where a whole one is better, or nothing can be laid over the one before. */
async function layered(
  store: Datastore,
  rows: SnapshotRows,
  { before, pace }: { readonly before: FeatureSnapshot; pace(): void },
): Promise<StoredParts | null> {
  const opened = await LayeredSnapshot.open(store.storage, before);
  if (opened === null) return null;
  try {
    const [base, ...deltas] = snapshotParts(before);
    const limit = opened.base.head.keys * DELTA_SHARE;
    const isFull = deltas.length >= MAX_DELTAS;
    const changed = await changedRows(isFull ? opened.alone : opened, rows, { limit, pace });
    if (changed === null) return null;
    const kept = isFull ? [] : deltas;
    // Kept by their names, and gc may run beside it.
    const gone = store.blobs.touch([base!, ...kept].map(({ blob }) => blob));
    if (gone.length > 0) return null;
    if (changed.keys.length === 0) {
      store.blobs.settle();
      return { ...base!, deltas: kept };
    }
    const bytes = snapshotBytes(changed);
    const size = kept.reduce((sum, delta) => sum + delta.size, bytes.size);
    if (size > base!.size * DELTA_SHARE) return null;
    return { ...base!, deltas: [...kept, storedBytes(store, bytes)] };
  } finally {
    opened.close();
  }
}

async function unlessDamaged<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!hasCode(error, "MILLRACE_DAMAGED_BLOB")) throw error;
    return null;
  }
}

function storedBytes({ blobs }: Datastore, { chunks, size, index }: ReturnType<typeof snapshotBytes>): SnapshotPart {
  const blob = hashOf(chunks);
  blobs.put(blob, chunks);
  blobs.settle();
  return { blob, size, index };
}
