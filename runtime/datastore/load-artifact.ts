import { host } from "../../sdk/base/host.ts";
import { hasCode, MillraceError } from "../../sdk/base/millrace-error.ts";
import type { ValueFiles } from "../../sdk/files/file-content.ts";
// Values of theirs are known wherever one is read.
import "../../sdk/files/model-reference.ts";
import "../../sdk/files/stored-directory.ts";
import { type Blobs, hashOf } from "./blobs.ts";
import { bufferSource } from "./codec/byte-source.ts";
import { decode } from "./codec/decode.ts";
import { encode } from "./codec/encode.ts";
import { fileSource } from "./files/file-source.ts";
import { fileListBytes } from "./kinds/files.ts";
import type { ArtifactRef, ArtifactTable } from "./records.ts";

/** Up to this many encoded bytes a value lives in the record itself. */
const INLINE_BYTES = 1024;

/** Encodes a value and stores it: beside the reference if it is small, as a blob otherwise. */
export function saveArtifact(blobs: Blobs, name: string, value: unknown): ArtifactRef {
  const noted = new Map<string, number>();
  const { type, size, chunks } = withFiles({ source: null, noted, load: null }, () => encode(value, name));
  blobs.encoded?.(name, chunks);
  const hash = hashOf(chunks);
  const files = noted.size === 0 ? {} : { files: saveFileList(blobs, { name, noted }) };
  if (size <= INLINE_BYTES) return { hash, size, type, data: Buffer.concat(chunks).toString("base64"), ...files };
  blobs.put(hash, chunks);
  return { hash, size, type, ...files };
}

/** What keeps the files of a value: they are named where no value has to be read. */
function saveFileList(blobs: Blobs, { name, noted }: { name: string; noted: ReadonlyMap<string, number> }): string {
  const [gone] = blobs.touch([...noted.keys()]);
  if (gone !== undefined)
    throw new MillraceError({
      code: "MILLRACE_FILE",
      headline: `Cannot store artifact "${name}" because a file in it is not in this datastore: ${gone.slice(0, 16)}…`,
      hint: "it comes from another one: take it in with await file(await stored.path())",
    });
  blobs.admitOtherBlobs();
  const bytes = fileListBytes(noted);
  const hash = hashOf([bytes]);
  blobs.put(hash, [bytes]);
  return hash;
}

/** Files in a value are noted while it is encoded, and know where their bytes are once it is decoded. */
function withFiles<T>(files: ValueFiles, action: () => T): T {
  const before = host().valueFiles;
  host().valueFiles = files;
  try {
    return action();
  } finally {
    host().valueFiles = before;
  }
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
  const source = ref.files === undefined ? null : fileSource(blobs);
  const load = (of: string, referenced: ArtifactRef) => loadArtifact(blobs, of, referenced);
  return withFiles({ source, noted: null, load }, () => {
    if (ref.data !== undefined) return decode(bufferSource(Buffer.from(ref.data, "base64")), name);
    return blobs.read(ref.hash, (source) => decode(source, name), { size: ref.size });
  });
}

/** Fresh copies of all values of a table. */
export function loadArtifacts(blobs: Blobs, table: ArtifactTable): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([name, ref]) => [name, loadArtifact(blobs, name, ref)]));
}
