import { blobKey } from "../datastore/blob-key.ts";
import { hashOf } from "../datastore/blobs.ts";
import type { Datastore } from "../datastore/datastore.ts";
import { type DataSketch, parseDataSketch } from "../datastore/kinds/data-sketch.ts";
import { settled } from "../datastore/load-artifact.ts";

/**
 * Stores a sketch in a blob.
 * @returns its hash
 * @throws MillraceError for one that could not be read again
 */
export function putSketch({ blobs }: Datastore, sketch: DataSketch): string {
  const bytes = Buffer.from(JSON.stringify(sketch));
  const hash = hashOf([bytes]);
  // What is stored unreadable would stop whatever reads all sketches.
  parseDataSketch(bytes.toString(), blobKey(hash));
  settled(blobs, () => blobs.put(hash, [bytes]));
  return hash;
}

/** @throws MillraceError if it is not there, or is none that this version can read */
export function readSketch({ blobs }: Datastore, hash: string): DataSketch {
  return parseDataSketch(Buffer.from(blobs.get(hash)).toString(), blobKey(hash));
}
