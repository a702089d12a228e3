import { allPages } from "./all-pages.ts";
import { partIndex, partKey } from "./grown-object.ts";
import type { ObjectStore } from "./object-store.ts";

/** The last bytes of an object that was appended to, at least `count` of them if there are as many. */
export async function endOfGrown(
  objects: ObjectStore,
  { key, count }: { key: string; count: number },
): Promise<{ bytes: Uint8Array; isWhole: boolean } | null> {
  const { objects: found } = await allPages(objects, key);
  const parts = found
    .map((one) => ({ size: one.size, index: partIndex(key, one.key) ?? -1 }))
    .filter(({ index }) => index >= 0)
    .sort((a, b) => b.index - a.index);
  const chunks: Uint8Array[] = [];
  let held = 0;
  for (const { index } of parts) {
    const bytes = await endOfPart(objects, partKey(key, index), count);
    chunks.unshift(bytes.chunk);
    held += bytes.chunk.byteLength;
    if (held >= count || !bytes.isWhole) return { bytes: Buffer.concat(chunks), isWhole: index === 0 && bytes.isWhole };
  }
  return parts.length === 0 ? null : { bytes: Buffer.concat(chunks), isWhole: true };
}

/** What was copied into the bucket may be one part of any size. */
const LARGE_BYTES = 4 << 20;

async function endOfPart(
  objects: ObjectStore,
  key: string,
  count: number,
): Promise<{ readonly chunk: Uint8Array; readonly isWhole: boolean }> {
  const part = await objects.get(key, { maxBytes: Math.max(LARGE_BYTES, count) });
  if (part === null) return { chunk: new Uint8Array(), isWhole: true };
  if (part.bytes.byteLength === part.size) return { chunk: part.bytes, isWhole: true };
  const end = await objects.range(key, { position: part.size - count, count, etag: part.etag });
  return { chunk: end?.bytes ?? new Uint8Array(), isWhole: false };
}
