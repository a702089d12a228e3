import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { hashOf } from "../../../runtime/datastore/blobs.ts";
import { Deposits } from "../../../runtime/datastore/objects/deposits.ts";
import { uploadFile } from "../../../runtime/datastore/objects/upload-file.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { MemoryObjects } from "./memory-objects.ts";

const SIZE = 20 * 2 ** 20;
const BYTES = Buffer.alloc(SIZE, 3);
const HASH = hashOf([BYTES]);

async function begunUploads(objects: MemoryObjects): Promise<number> {
  return (await objects.uploads()).uploads.length;
}

test("a file that cannot be read leaves no upload behind", async () => {
  const objects = new MemoryObjects();
  // It opens, and its first read fails.
  const folder = temporaryFolder();
  const uploaded = { key: "key", file: folder, hash: HASH, size: SIZE };
  await expect(uploadFile(new Deposits(objects), uploaded)).rejects.toThrow("EISDIR");
  expect(await begunUploads(objects)).toBe(0);
});

test("a file that has gone, or changed, is told and leaves no upload behind", async () => {
  const objects = new MemoryObjects();
  const file = path.join(temporaryFolder(), "file");
  const uploaded = { key: "key", file, hash: HASH, size: SIZE };
  expect(await uploadFile(new Deposits(objects), uploaded)).toBe(false);
  fs.writeFileSync(file, Buffer.alloc(SIZE, 4));
  expect(await uploadFile(new Deposits(objects), uploaded)).toBe(false);
  expect([await begunUploads(objects), await objects.head("key")]).toEqual([0, null]);
});

test("a large file is uploaded in parts", async () => {
  const objects = new MemoryObjects();
  const file = path.join(temporaryFolder(), "file");
  fs.writeFileSync(file, BYTES);
  expect(await uploadFile(new Deposits(objects), { key: "key", file, hash: HASH, size: SIZE })).toBe(true);
  expect(BYTES.equals((await objects.get("key"))?.bytes ?? Buffer.of())).toBe(true);
  expect(await begunUploads(objects)).toBe(0);
});
