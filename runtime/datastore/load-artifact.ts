import { hasCode } from "../../sdk/base/millrace-error.ts";
import { type Blobs, hashOf } from "./blobs.ts";
import { bufferSource } from "./codec/byte-source.ts";
import { decode } from "./codec/decode.ts";
import { encode } from "./codec/encode.ts";
import type { ArtifactRef, ArtifactTable } from "./records.ts";

/** Up to this many encoded bytes a value lives in the record itself. */
const INLINE_BYTES = 1024;

/** Encodes a value and stores it: beside the reference if it is small, as a blob otherwise. */
export function saveArtifact(blobs: Blobs, name: string, value: unknown): ArtifactRef {
  const { type, size, chunks } = encode(value, name);
  blobs.encoded?.(name, chunks);
  const hash = hashOf(chunks);
  if (size <= INLINE_BYTES) return { hash, size, type, data: Buffer.concat(chunks).toString("base64") };
  blobs.put(hash, chunks);
  return { hash, size, type };
}

/** How often what a gc removes in the same moment is stored anew. */
const SETTLE_TRIES = 3;

/**
 * Stores all that `save` puts, and gives what it returns once that may be named. `save` is called again if a gc removed
 * something that was there already.
 */
export function settled<T>(blobs: Blobs, save: () => T): T {
  for (let tries = 1; ; tries += 1) {
    const saved = save();
    try {
      blobs.settle();
      return saved;
    } catch (error) {
      if (!hasCode(error, "MILLRACE_COLLECTED") || tries === SETTLE_TRIES) throw error;
    }
  }
}

/** A fresh copy of the stored value. Reading runs no code of the value's. */
export function loadArtifact(blobs: Blobs, name: string, ref: ArtifactRef): unknown {
  if (ref.data !== undefined) return decode(bufferSource(Buffer.from(ref.data, "base64")), name);
  return blobs.read(ref.hash, (source) => decode(source, name), { size: ref.size });
}

/** Fresh copies of all values of a table. */
export function loadArtifacts(blobs: Blobs, table: ArtifactTable): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([name, ref]) => [name, loadArtifact(blobs, name, ref)]));
}
