import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { hashOf } from "../../../runtime/datastore/blobs.ts";
import { withBlobCache } from "../../../runtime/datastore/thread/with-blob-cache.ts";
import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

const BYTES = Buffer.from("a model");
const HASH = hashOf([BYTES]);

test("writing to a placed file changes no copy in the cache, and a damaged copy is replaced", async () => {
  const [folder, places] = [temporaryFolder(), temporaryFolder()];
  let placings = 0;
  const memory = memoryStorage();
  const storage = withBlobCache(
    {
      ...memory,
      placeFile(key, as) {
        placings += 1;
        return memory.placeFile(key, as);
      },
      fetch: () => "unfit",
      fetchSoon: () => Promise.resolve("unfit" as const),
      fetchAhead: () => undefined,
      trim: () => undefined,
    },
    { folder, limitBytes: 1e6 },
  );
  memory.write(blobKey(HASH), [BYTES]);
  const place = async (name: string) => {
    const file = path.join(places, name);
    expect(await storage.placeFile(blobKey(HASH), { file, hash: HASH })).toBe("placed");
    expect([fs.readFileSync(file), fs.statSync(file).nlink]).toEqual([BYTES, 1]);
    return file;
  };
  for (const name of ["first", "second"]) {
    const file = await place(name);
    fs.chmodSync(file, 0o644);
    fs.writeFileSync(file, "changed");
  }
  await place("third");
  // From the cache, but for the first.
  expect(placings).toBe(1);
  const cached = path.join(folder, HASH.slice(0, 2), HASH.slice(2));
  expect(fs.readdirSync(path.dirname(cached))).toEqual([path.basename(cached)]);
  fs.chmodSync(cached, 0o644);
  fs.writeFileSync(cached, "damage");
  await place("fourth");
  await place("fifth");
  expect(placings).toBe(2);
  expect(fs.readFileSync(cached)).toEqual(BYTES);
});
