import { blobKey, hashOfBlobKey } from "../blob-key.ts";
import type { Datastore } from "../datastore.ts";
import { bufferSource, type ByteSource } from "../codec/byte-source.ts";
import { readFrame } from "../codec/read-frame.ts";
import type { StoredObject } from "../storage.ts";
import { windows } from "./announced.ts";
import { isTemporary } from "./run-objects.ts";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";

/** Blobs are opened so many at a time; each may bring its first megabytes along. */
const BLOBS_AT_ONCE = 16;
const MAGIC = Buffer.from("MLR");
/** What the outer form of something else gives. */
const FRAME_CODES: ReadonlySet<string> = new Set(["MILLRACE_DAMAGED_ARTIFACT", "MILLRACE_NEWER_FORMAT"]);
/** From here on a blob is looked at more closely before all of it is read. */
const MAX_HOLE_BYTES = 64 * 2 ** 30;
const START_BYTES = 2 ** 20;

/** What is known of every blob of a store. */
export interface BlobFacts {
  /** By hash: about 200 bytes of memory for each blob. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Those whose bytes are not what they should be, and why. */
  readonly bad: ReadonlyMap<string, string>;
  /** Sound ones that hold no artifact that can be read, and what is seen in its place: they may be files. */
  readonly plain: ReadonlyMap<string, string>;
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
  const plain = new Map<string, string>();
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
export function fault(store: Datastore, { hash, plain }: { hash: string; plain: Map<string, string> }): string | null {
  try {
    const seen = store.blobs.read(hash, (source) => inPlaceOfArtifact(source));
    if (seen !== null) plain.set(hash, seen);
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

/** Null for an artifact, as far as its outer form says. */
function inPlaceOfArtifact(source: ByteSource): string | null {
  const start = new Uint8Array(Math.min(source.size, source.size > MAX_HOLE_BYTES ? START_BYTES : MAGIC.length));
  source.read(start, 0);
  if (!MAGIC.equals(start.subarray(0, MAGIC.length))) {
    // A file that is but a hole may be larger than the disk.
    if (start.length === START_BYTES && start.every((byte) => byte === 0))
      throw new Error("it is larger than most disks and begins with nothing but zero bytes");
    return "it holds no artifact";
  }
  try {
    readFrame(source, "blob");
    return null;
  } catch (error) {
    if (!isMillraceError(error) || !FRAME_CODES.has(error.code)) throw error;
    // A file may begin as an artifact does.
    return error.headline;
  }
}
