import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { hashOf } from "../../../runtime/datastore/blobs.ts";
import type { Datastore } from "../../../runtime/datastore/datastore.ts";
import { checkFolder, wholeRun } from "./check-folder.ts";
import { readFully } from "./read-fully.ts";
import { blobsIn, careStore, DAY_MS, large, pictureOf, storeCacheEntry, storeRun } from "./stored-run.ts";

let store: Datastore;
let folder: string;
let remove: () => void;

beforeEach(() => ({ store, folder, remove } = careStore()));
afterEach(() => remove());

/** The blob of an artifact with that content. */
function blobOf(content: number): string {
  const key = blobsIn(store).find((key) => {
    const bytes = Buffer.from(store.storage.read(key)!);
    return bytes.includes(Buffer.alloc(1000, content));
  });
  return key!;
}

function flipBit(key: string, at = 1000): void {
  const file = path.join(folder, key);
  const bytes = fs.readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  fs.writeFileSync(file, bytes);
}

test("a sound store has no problems, also one that is empty or was never written", async () => {
  expect((await checkFolder(folder)).problems).toEqual([]);
  fs.rmSync(folder, { recursive: true });
  expect((await checkFolder(folder)).problems).toEqual([]);
  fs.mkdirSync(folder);
  store.storage.write("millrace.json", [Buffer.from('{"format":1}\n')]);
  const origin = wholeRun(store);
  storeRun(store, { run: "a-2", origin });
  storeRun(store, { run: "s-1", root: "spins" });
  storeCacheEntry(store, { name: 1, locator: origin.locator });
  const before = pictureOf(folder);
  const report = await checkFolder(folder);
  expect(report).toMatchObject({ problems: [], checked: { runs: 3, results: 2, blobs: 6 } });
  expect(pictureOf(folder)).toEqual(before);
});

describe("a damaged blob", () => {
  test.each([
    [2, 'Sample/a-1/start/1 artifact "model"', "resume start --origin-run-id a-1"],
    [3, "Sample/a-1/start/1 foreach item 0", "resume start --origin-run-id a-1"],
    [1, 'Sample/a-1 parameter "table"', "start a new run of Sample"],
    [4, "Sample/a-1/start checkpoint 0", "resume start --origin-run-id a-1"],
  ])("is found by one flipped bit, and told in the user's terms (%i)", async (content, lost, mend) => {
    wholeRun(store);
    flipBit(blobOf(content));
    const { problems } = await checkFolder(folder);
    expect(problems).toMatchObject([{ kind: "blob", loses: [lost], isRepaired: false }]);
    expect(problems[0]?.mend).toContain(mend);
    // Its bytes are not read.
    expect((await checkFolder(folder, { isQuick: true })).problems).toEqual([]);
  });

  test("is found where it is cut short or gone, also quickly", async () => {
    wholeRun(store);
    const key = blobOf(2);
    fs.truncateSync(path.join(folder, key), 700);
    expect((await checkFolder(folder, { isQuick: true })).problems).toMatchObject([
      { seen: expect.stringMatching(/has 700 bytes where \d+ were/) },
    ]);
    expect((await checkFolder(folder)).problems).toHaveLength(1);
    store.storage.remove([key]);
    for (const isQuick of [true, false]) {
      expect((await checkFolder(folder, { isQuick })).problems).toMatchObject([
        { place: key, seen: "it is not there" },
      ]);
    }
  });

  test("that many results pass on is one problem, made good by the step that made it", async () => {
    storeRun(store, { run: "a-9", ageMs: 9 * DAY_MS, artifacts: { model: large(2) } });
    for (let index = 0; index < 8; index += 1) storeRun(store, { run: `a-${index}`, artifacts: { model: large(2) } });
    flipBit(blobOf(2));
    const { problems } = await checkFolder(folder);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ lossCount: 9, mend: expect.stringContaining("--origin-run-id a-9") });
    expect(problems[0]?.loses).toHaveLength(5);
  });

  test("is set aside by --repair, so that the step that makes it again can store it", async () => {
    const run = wholeRun(store);
    const key = blobOf(2);
    flipBit(key);
    const bad = fs.readFileSync(path.join(folder, key));
    const { problems } = await checkFolder(folder, { isRepair: true });
    expect(problems).toMatchObject([{ place: key, isRepaired: false }]);
    const hash = key.slice("blobs/sha256/".length).replace("/", "");
    expect(fs.readFileSync(path.join(folder, "damaged", hash))).toEqual(bad);
    expect(store.storage.has(key)).toBe(false);
    storeRun(store, { run: "a-2", artifacts: { model: large(2) } });
    readFully(store, run);
    expect(await checkFolder(folder)).toMatchObject({ problems: [], leftovers: { setAside: 1 } });
  });

  test("is made good from a copy on this machine, if that is sound", async () => {
    const run = wholeRun(store);
    const key = blobOf(2);
    const good = fs.readFileSync(path.join(folder, key));
    flipBit(key);
    const asked: string[] = [];
    const copyOf = (hash: string) => (asked.push(hash), good);
    expect((await checkFolder(folder, { isRepair: true, copyOf })).problems).toMatchObject([
      { place: key, isRepaired: true },
    ]);
    readFully(store, run);
    store.storage.remove([key]);
    expect((await checkFolder(folder, { isRepair: true, copyOf: () => large(7) })).problems).toMatchObject([
      { isRepaired: false },
    ]);
    expect((await checkFolder(folder, { isRepair: true, copyOf })).problems).toMatchObject([{ isRepaired: true }]);
    expect(asked.map(blobKey)).toEqual([key, key]);
    expect((await checkFolder(folder)).problems).toEqual([]);
  });

  test("that nobody needs is found, and repaired by setting it aside", async () => {
    store.blobs.put(hashOf([large(7)]), [large(7)]);
    flipBit(blobOf(7));
    expect((await checkFolder(folder)).problems).toMatchObject([
      { loses: [], mend: expect.stringContaining("nothing needs it") },
    ]);
    expect((await checkFolder(folder, { isRepair: true })).problems).toMatchObject([{ isRepaired: true }]);
    expect((await checkFolder(folder)).problems).toEqual([]);
  });
});
