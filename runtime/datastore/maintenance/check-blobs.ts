import { blobKey, hashOfBlobKey } from "../blob-key.ts";
import type { Datastore } from "../datastore.ts";
import { bufferSource, type ByteSource } from "../codec/byte-source.ts";
import { readFrame } from "../codec/read-frame.ts";
import type { StoredObject } from "../storage.ts";
import { windows } from "./announced.ts";
import { isTemporary } from "./run-objects.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";

/** Blobs are opened so many at a time; each may bring its first megabytes along. */
const BLOBS_AT_ONCE = 16;
const MAGIC = Buffer.from("MLR");

/** What is known of every blob of a store. */
export interface BlobFacts {
  /** By hash: about 200 bytes of memory for each blob. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Those whose bytes are not what they should be, and why. */
  readonly bad: ReadonlyMap<string, string>;
  /** Sound ones that hold no artifact. */
  readonly plain: ReadonlySet<string>;
  readonly bytes: number;
  readonly temporary: readonly StoredObject[];
}

/** Lists all blobs and, unless that is to be quick, reads each. */
export async function checkBlobs(
  store: Datastore,
  { isQuick, pace }: { isQuick: boolean; pace(text: string): Promise<void> },
): Promise<BlobFacts> {
  const sizes = new Map<string, number>();
  const bad = new Map<string, string>();
  const plain = new Set<string>();
  const temporary: StoredObject[] = [];
  let bytes = 0;
  for (const window of windows(store.storage.walk("blobs"), BLOBS_AT_ONCE)) {
    const found = window.flatMap((object) => {
      if (isTemporary(object.key)) temporary.push(object);
      const hash = hashOfBlobKey(object.key);
      return hash === null ? [] : [{ hash, size: object.size }];
    });
    if (!isQuick) store.blobs.ahead(found.map(({ hash }) => hash));
    for (const { hash, size } of found) {
      sizes.set(hash, size);
      bytes += size;
      const seen = isQuick ? null : fault(store, { hash, plain });
      if (seen !== null) bad.set(hash, seen);
    }
    await pace(`${isQuick ? "listed" : "read"} ${sizes.size} blobs`);
  }
  return { sizes, bad, plain, bytes, temporary };
}

/** Null for a blob whose bytes are those that its name promises. */
export function fault(store: Datastore, { hash, plain }: { hash: string; plain: Set<string> }): string | null {
  try {
    const isArtifact = store.blobs.read(hash, (source) => holdsArtifact(source));
    if (!isArtifact) plain.add(hash);
    return null;
  } catch (error) {
    const { code, headline } = error as { code?: string; headline?: string };
    // Removed since it was listed: whoever needs it says so.
    if (code === "MILLRACE_MISSING_BLOB") return null;
    if (code === "MILLRACE_DAMAGED_BLOB") return `its bytes are not those whose hash is its name: ${blobKey(hash)}`;
    return headline ?? messageOf(error);
  }
}

/** Why these bytes, which lie in a record, are not what it says; null if they are. */
export function inlineFault(bytes: Uint8Array): string | null {
  try {
    readFrame(bufferSource(bytes), "inline");
    return null;
  } catch (error) {
    return (error as { headline?: string }).headline ?? messageOf(error);
  }
}

function holdsArtifact(source: ByteSource): boolean {
  const magic = new Uint8Array(Math.min(source.size, MAGIC.length));
  source.read(magic, 0);
  if (!MAGIC.equals(magic)) {
    // Code and lists are JSON, archives are gzipped; a file that is but a hole may be larger than the disk.
    if (magic[0] === 0) throw new Error("it begins with a zero byte, as nothing that is stored does");
    return false;
  }
  readFrame(source, "blob");
  return true;
}
