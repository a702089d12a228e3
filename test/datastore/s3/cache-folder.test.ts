import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { hashOf } from "../../../runtime/datastore/blobs.ts";
import { MOTO } from "../../rigs/aws/moto.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { rigForFile } from "./rig.ts";

describeWith(MOTO, "the cache of blobs", () => {
  const rig = rigForFile();

  test("is done without where a file stands in its place", () => {
    const { open, location, truth } = rig();
    const file = path.join(temporaryFolder(), "file");
    fs.writeFileSync(file, "");
    const bytes = Buffer.from("a blob");
    const hash = hashOf([bytes]);
    truth.storage.write(blobKey(hash), [bytes]);
    const store = open(location, { MILLRACE_CACHE: path.join(file, "cache"), MILLRACE_BLOB_CACHE_MB: "100" });
    expect(Buffer.from(store.blobs.get(hash)).toString()).toBe("a blob");
  });
});
