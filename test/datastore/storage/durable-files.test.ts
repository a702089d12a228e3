import fs from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { localStorage } from "../../../runtime/datastore/local/local-storage.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

// Linux tells which file a descriptor is.
test.skipIf(process.platform !== "linux")(
  "a durable folder has the disk keep the name of a file that it takes, and new folders",
  async () => {
    const root = fs.realpathSync(temporaryFolder());
    const file = path.join(temporaryFolder(), "file");
    fs.writeFileSync(file, "a model");
    const synced: string[] = [];
    const original = fs.fsyncSync;
    const watching = vi.spyOn(fs, "fsyncSync").mockImplementation((descriptor) => {
      original(descriptor);
      synced.push(path.relative(root, fs.readlinkSync(`/proc/self/fd/${descriptor}`)));
    });
    try {
      const { hash } = await localStorage(root, { isDurable: true }).takeFile(file, blobKey);
      const folder = path.dirname(blobKey(hash));
      // `blobs` in the root, then the folders in it, then the name of the blob itself, once it is there.
      for (const name of ["", "blobs", path.dirname(folder)]) expect(synced).toContain(name);
      expect(synced.at(-1)).toBe(folder);
      synced.length = 0;
      fs.writeFileSync(file, "another");
      await localStorage(root, { isDurable: false }).takeFile(file, blobKey);
      expect(synced).toEqual([]);
    } finally {
      watching.mockRestore();
    }
  },
);
