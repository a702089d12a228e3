import { createHash } from "node:crypto";
import fs from "node:fs";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { type Blobs, hashOf } from "../../datastore/blobs.ts";
import type { PackedArchive } from "./cached-archive.ts";
import type { PreparedShipment } from "./prepare-shipment.ts";
import type { Shipment } from "../../datastore/shipment.ts";

/** Begins to store what the datastore has not yet; it is stored when `settle` of the blobs returns. */
export function storeShipment(blobs: Blobs, prepared: PreparedShipment): Shipment {
  const { format, root, cwd, archives, install, packages, native, platform } = prepared;
  const stored = archives.map((archive) => {
    putArchive(blobs, archive);
    return { kind: archive.kind, blob: archive.blob, bytes: archive.bytes };
  });
  if (install === null) return { format, root, cwd, archives: stored, install, packages, native, platform };
  const { manifest, key, places } = install;
  const bytes = Buffer.from(install.lock);
  const lock = hashOf([bytes]);
  blobs.put(lock, [bytes]);
  return { format, root, cwd, archives: stored, install: { lock, manifest, key, places }, packages, native, platform };
}

/** Begins to store an archive of this machine's disk. */
export function putArchive(blobs: Blobs, archive: PackedArchive): void {
  blobs.put(archive.blob, chunksOf(archive));
}

/** One read takes at most 2 GiB. */
const CHUNK_BYTES = 1 << 28;

/** Checked: a damaged cache must not become a damaged blob. */
function chunksOf({ file, blob }: PackedArchive): Buffer[] {
  const hash = createHash("sha256");
  const chunks: Buffer[] = [];
  const fd = fs.openSync(file, "r");
  try {
    for (let left = fs.fstatSync(fd).size; left > 0;) {
      const chunk = Buffer.allocUnsafe(Math.min(left, CHUNK_BYTES));
      const count = fs.readSync(fd, chunk);
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
      hash.update(chunk.subarray(0, count));
      left -= count;
    }
  } finally {
    fs.closeSync(fd);
  }
  if (hash.digest("hex") === blob) return chunks;
  fs.rmSync(file, { force: true });
  throw new MillraceError({
    code: "MILLRACE_PACKAGE",
    headline: `Cannot store the flow's packages because their cached archive is damaged: ${file}`,
    hint: "it has been removed: start the command again",
  });
}
