import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { localStorage } from "../../../runtime/datastore/local/local-storage.ts";
import { Deposits } from "../../../runtime/datastore/objects/deposits.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { MemoryObjects } from "../objects/memory-objects.ts";

const HOUR_MS = 3_600_000;
const BYTES = Buffer.from("old");

test("touching makes old objects of a folder look recent, and flush names them", () => {
  const folder = temporaryFolder();
  const storage = localStorage(folder);
  for (const key of ["old", "young"]) storage.write(key, [BYTES]);
  const then = new Date(Date.now() - HOUR_MS);
  fs.utimesSync(path.join(folder, "old"), then, then);
  expect(storage.touch(["old", "young", "gone"])).toEqual(["gone"]);
  expect([storage.flush(), storage.flush()]).toEqual([["old"], []]);
  const ages = [...storage.walk("")].map(({ modifiedAt }) => Date.now() - modifiedAt);
  expect(Math.max(...ages)).toBeLessThan(HOUR_MS / 2);
});

test("touching makes old objects of a bucket look recent, and flush names them", async () => {
  const objects = new MemoryObjects();
  for (const key of ["old", "young"]) await objects.put(key, BYTES);
  objects.age("old", HOUR_MS);
  const deposits = new Deposits(objects);
  expect(await deposits.touch(["old", "young", "gone"])).toEqual(["gone"]);
  expect([deposits.takeRefreshed(), deposits.takeRefreshed()]).toEqual([["old"], []]);
  expect(Date.now() - ((await objects.head("old"))?.modifiedAt ?? 0)).toBeLessThan(HOUR_MS / 2);
});

test("a deposit of what is old is told as well", async () => {
  const objects = new MemoryObjects();
  await objects.put("old", BYTES);
  objects.age("old", HOUR_MS);
  const deposits = new Deposits(objects);
  await deposits.small("old", BYTES);
  expect(deposits.takeRefreshed()).toEqual(["old"]);
});
