import { hashOfBlobKey } from "../blob-key.ts";
import type { Storage, StoredObject } from "../storage.ts";
import { windows } from "./announced.ts";
import { isTemporary } from "./run-objects.ts";

export interface SweepOptions {
  /** Hashes of the blobs that something names. */
  readonly reached: ReadonlySet<string>;
  /** Only what was stored before may go. */
  readonly before: number;
  /** Null to remove nothing: then it is only told what would go. Else called before anything is removed from a folder. */
  readonly hold: ((folder: string | null) => Promise<void>) | null;
  readonly removed: (object: StoredObject, kind: "blobs" | "temporary") => void;
}

const ROOT = "blobs/sha256";
const KEYS_AT_ONCE = 256;

/** Removes blobs that nothing names, folder by folder. Each is listed anew first: a writer may rely on an old blob by now. */
export async function sweepBlobs(storage: Storage, options: SweepOptions): Promise<{ kept: number }> {
  const { hold, removed } = options;
  const folders = new Set<string>();
  let kept = 0;
  for (const object of storage.walk(ROOT)) {
    const kind = kindOfGarbage(object, options);
    if (kind === null) {
      kept += 1;
      continue;
    }
    folders.add(object.key.slice(0, object.key.lastIndexOf("/")));
    if (hold === null) removed(object, kind);
  }
  if (hold === null) return { kept };
  for (const folder of folders) {
    // Said before it is listed: a writer that relies on a blob from here on is seen, or waits.
    await hold(folder);
    for (const batch of windows(storage.walk(folder), KEYS_AT_ONCE)) {
      const garbage = batch.filter((object) => kindOfGarbage(object, options) !== null);
      if (garbage.length === 0) continue;
      await hold(folder);
      storage.remove(garbage.map(({ key }) => key));
      for (const object of garbage) removed(object, kindOfGarbage(object, options) ?? "blobs");
    }
  }
  await hold(null);
  return { kept };
}

/** Null for what stays, which is also all that is no blob. */
function kindOfGarbage(object: StoredObject, { reached, before }: SweepOptions): "blobs" | "temporary" | null {
  if (object.modifiedAt >= before) return null;
  if (isTemporary(object.key)) return "temporary";
  const hash = hashOfBlobKey(object.key);
  return hash === null || reached.has(hash) ? null : "blobs";
}
