import { hasCode } from "../../../sdk/base/millrace-error.ts";
import { blobKey, hashOfBlobKey } from "../blob-key.ts";
import { hashOf } from "../blobs.ts";
import type { Datastore } from "../datastore.ts";
import type { Storage } from "../storage.ts";
import { markAnew } from "../store-format.ts";
import { fault } from "./check-blobs.ts";
import type { Lease } from "./lease.ts";
import type { Problem } from "./problem.ts";

export interface RepairOptions {
  readonly lease: Lease;
  /** The bytes of a blob from another place, if one has them. */
  readonly copyOf: ((hash: string) => Uint8Array | null) | null;
}

const CHUNK_BYTES = 64 << 20;
/** A larger one is copied nowhere: it may be a hole in the disk, and is in nobody's way where its size is wrong. */
const MAX_ASIDE_BYTES = 4 * 2 ** 30;

/** Does what can be done for a problem without losing anything; says whether it is gone then. */
export function repaired(store: Datastore, found: Problem, options: RepairOptions): boolean {
  options.lease.hold(null);
  if (found.kind === "store") {
    markAnew(store.storage);
    return true;
  }
  if (found.kind === "gc") return setAside(store, found.place);
  if (found.kind === "cache") {
    store.storage.remove([found.place]);
    return true;
  }
  const hash = found.kind === "blob" ? hashOfBlobKey(found.place) : null;
  if (hash === null) return false;
  const repair = () => repairBlob(store, { hash, ...options }) && (found.lossCount === 0 || isSound(store, hash));
  return unlessForeign(repair) ?? false;
}

/** Somebody may still find in it what to put back by hand. */
function setAside({ storage }: Datastore, key: string): boolean {
  const bytes = unlessForeign(() => chunksOf(storage, key));
  if (bytes === "too large") return false;
  if (bytes !== null) storage.write(`damaged/${key.replaceAll("/", "-")}`, bytes);
  storage.remove([key]);
  return true;
}

/** Null also for what is no object: there is nothing to be copied. */
function unlessForeign<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (hasCode(error, "MILLRACE_NOT_AN_OBJECT")) return null;
    throw error;
  }
}

/** A damaged one would stay for ever: whoever stores the same bytes again finds it there and leaves it. */
function repairBlob(store: Datastore, { hash, lease, copyOf }: RepairOptions & { hash: string }): boolean {
  const { storage } = store;
  const key = blobKey(hash);
  // A writer that relies on it waits, and then stores it anew.
  lease.hold(key.slice(0, key.lastIndexOf("/")));
  try {
    const bad = chunksOf(storage, key);
    if (bad === "too large") return false;
    // Somebody has stored it anew since it was read.
    if (bad !== null && isSound(store, hash)) return true;
    const copy = copyOf?.(hash) ?? null;
    const isGood = copy !== null && hashOf([copy]) === hash;
    if (bad !== null) storage.write(`damaged/${hash}`, bad);
    if (isGood) storage.write(key, [copy]);
    else if (bad !== null) storage.remove([key]);
    return true;
  } finally {
    lease.hold(null);
  }
}

function isSound(store: Datastore, hash: string): boolean {
  return store.storage.has(blobKey(hash)) && fault(store, { hash, plain: new Map() }) === null;
}

/** In pieces, as one buffer may not hold it. */
function chunksOf(storage: Storage, key: string): Uint8Array[] | "too large" | null {
  const reader = storage.open(key);
  if (reader === null) return null;
  try {
    if (reader.size > MAX_ASIDE_BYTES) return "too large";
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < reader.size; at += CHUNK_BYTES) chunks.push(reader.readUpTo(CHUNK_BYTES, at));
    return chunks;
  } finally {
    reader.close();
  }
}
