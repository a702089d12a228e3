import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { hashOf } from "../../../runtime/datastore/blobs.ts";
import { localStorage } from "../../../runtime/datastore/local/local-storage.ts";
import { fetchFile } from "../../../runtime/datastore/objects/fetch-file.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { MemoryObjects } from "../objects/memory-objects.ts";

const BYTES = Buffer.from("bytes");
const HASH = hashOf([BYTES]);
const COUNT = 300;

/** What a process with our id, on another machine or in another container, is writing there. */
function othersWriting(folder: string): () => void {
  fs.mkdirSync(folder, { recursive: true });
  const files = ["t", "f", ""].flatMap((kind) =>
    Array.from({ length: COUNT }, (_, at) => path.join(folder, `.tmp-${process.pid}-${kind}${at}`)),
  );
  for (const file of files) fs.writeFileSync(file, "half of it");
  return () => {
    for (const file of files) expect(fs.readFileSync(file, "utf8")).toBe("half of it");
  };
}

test("files of writers with the same process id are left alone when a file is taken in", async () => {
  const root = temporaryFolder();
  const expectLeft = othersWriting(path.join(root, "blobs"));
  const file = path.join(temporaryFolder(), "file");
  fs.writeFileSync(file, BYTES);
  const storage = localStorage(root);
  const taken = await Promise.all([1, 2, 3].map(() => storage.takeFile(file, blobKey)));
  expect(taken.map(({ hash }) => hash)).toEqual([HASH, HASH, HASH]);
  expect(BYTES.equals(storage.read(blobKey(HASH))!)).toBe(true);
  expectLeft();
});

test("files of writers with the same process id are left alone when an object is written", () => {
  const root = temporaryFolder();
  const expectLeft = othersWriting(root);
  const storage = localStorage(root);
  storage.write("written", [BYTES]);
  expect(storage.create("created", [BYTES])).toBe(true);
  expect([storage.read("written"), storage.read("created")]).toEqual([BYTES, BYTES]);
  expectLeft();
});

test("files of writers with the same process id are left alone when an object is fetched", async () => {
  const folder = temporaryFolder();
  const expectLeft = othersWriting(folder);
  const objects = new MemoryObjects();
  await objects.put("key", BYTES);
  const file = path.join(folder, "file");
  expect(await fetchFile(objects, { key: "key", file, hash: HASH, maxBytes: Infinity })).toBe("stored");
  expect(fs.readFileSync(file)).toEqual(BYTES);
  expectLeft();
});
