import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { loadArtifact, saveArtifact } from "../../../runtime/datastore/load-artifact.ts";
import { openDatastore, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

const GIB = 2 ** 30;
const BYTES = 2 * GIB + 4096;

/** The value, what was read, and as much again for the page cache; and the blob on the disk, of which nothing is sparse. */
const hasRoom = os.freemem() > 8 * GIB && freeDisk() > 8 * GIB;

// Some 15 s and 4.3 GB of memory.
test.runIf(hasRoom)(
  "an array of more than 2 GiB goes through a blob on the disk and comes back",
  () => {
    const folder = temporaryFolder();
    const store = openDatastore(path.join(folder, "store"));
    prepareDatastore(store);
    const value = new Float64Array(BYTES / 8);
    const marks = [0, 2 ** 27 - 1, 2 ** 27, 2 ** 28 - 1, 2 ** 28, value.length - 1];
    for (const at of marks) value[at] = at + 0.5;

    const ref = saveArtifact(store.blobs, "big", { value, tail: value.subarray(-8) });
    store.blobs.settle();
    expect(ref.size).toBeGreaterThan(BYTES);
    const back = loadArtifact(store.blobs, "big", ref) as { value: Float64Array; tail: Float64Array };

    expect(back.value.length).toBe(value.length);
    expect(marks.map((at) => back.value[at])).toEqual(marks.map((at) => at + 0.5));
    expect(Buffer.compare(bytesIn(back.value), bytesIn(value))).toBe(0);
    expect(back.tail.buffer).toBe(back.value.buffer);
  },
  120_000,
);

function bytesIn({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function freeDisk(): number {
  const { bavail, bsize } = fs.statfsSync(os.tmpdir());
  return bavail * bsize;
}
