import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Problem } from "../../../runtime/datastore/maintenance/problem.ts";
import { type Datastore, datastoreOn, openDatastore, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";
import { bytesAt } from "./bytes-at.ts";
import { check, checkFolder, wholeRun } from "./check-folder.ts";
import { readFully } from "./read-fully.ts";
import { ageFiles, careStore, DAY_MS, pictureOf, storeCacheEntry, storeRun } from "./stored-run.ts";

let store: Datastore;
let folder: string;
let remove: () => void;

beforeEach(() => ({ store, folder, remove } = careStore()));
afterEach(() => remove());

describe("a damaged record", () => {
  /** Every beginning of an object but its whole text takes its place, one after the other. */
  async function cutShort(at: Datastore, key: string, expectOf: (problems: readonly Problem[], at: string) => void) {
    const whole = bytesAt(at.storage, key);
    for (let bytes = 0; bytes < whole.length - 1; bytes += 1) {
      at.storage.write(key, [whole.subarray(0, bytes)]);
      expectOf((await check(at, { isQuick: true })).problems, `${bytes} bytes of ${key}`);
    }
    at.storage.write(key, [whole]);
  }

  test("run.json, journal, results and checkpoint cut at any byte are never read as another value", async () => {
    const inMemory = datastoreOn(memoryStorage());
    prepareDatastore(inMemory);
    const { folder: key } = wholeRun(inMemory);
    await cutShort(inMemory, `${key}/run.json`, (problems, at) => {
      expect(problems, at).toMatchObject([{ kind: "run", loses: ["Sample/a-1 as a whole"] }]);
    });
    // What is left are whole lines: the run as it was then.
    await cutShort(inMemory, `${key}/journal.jsonl`, (problems, at) => expect(problems, at).toEqual([]));
    const [segment = ""] = inMemory.storage.list(`${key}/results`);
    await cutShort(inMemory, `${key}/results/${segment}`, (problems, at) => {
      const loses = ["all artifacts of Sample/a-1/start/1"];
      expect(problems, at).toMatchObject([{ kind: "result", loses, mend: "resume start --origin-run-id a-1" }]);
    });
    await cutShort(inMemory, `${key}/checkpoints/start/0.json`, (problems, at) => {
      expect(problems, at).toMatchObject([{ kind: "checkpoint" }]);
    });
    expect((await check(inMemory)).problems).toEqual([]);
  });

  test("any flipped bit of a value that lies in the record is found", async () => {
    const inMemory = datastoreOn(memoryStorage());
    prepareDatastore(inMemory);
    const { folder: run } = storeRun(inMemory, { run: "a-1", artifacts: { score: 0.5 } });
    const key = `${run}/results/${inMemory.storage.list(`${run}/results`)[0] ?? ""}`;
    const whole = bytesAt(inMemory.storage, key);
    const at = whole.indexOf('"data":"') + '"data":"'.length;
    const end = whole.indexOf('"', at);
    const valueIn = (bytes: Buffer) => Buffer.from(bytes.toString("latin1", at, end), "base64");
    for (let byte = at; byte < end; byte += 1) {
      for (const bit of [1, 2, 16]) {
        const bytes = Buffer.from(whole);
        bytes[byte] = (bytes[byte] ?? 0) ^ bit;
        inMemory.storage.write(key, [bytes]);
        const { problems } = await check(inMemory);
        // In the padding of base64 there are bits that stand for nothing.
        expect(problems.length > 0, `byte ${byte}, bit ${bit}`).toBe(!valueIn(bytes).equals(valueIn(whole)));
      }
    }
  });

  test.each([
    ["heartbeat.json", "{", "heartbeat"],
    ["packages.json", "{", "packages"],
    ["packages.json", '{"format":1,"packages":[{"name":"a","version":"1.0.0","uses":[-1]}],"roots":[]}', "packages"],
    ["tags/000000000000001-aa.json", "{", "tags"],
    ["logs/start/1-0.log", "no line of a log\n", "log"],
    [
      "journal.jsonl",
      '{"type":"run-started","time":1}\n{"type":"task-succeeded","time":2,"task":1,"attempt":0}\n',
      "journal",
    ],
    [
      "journal.jsonl",
      '{"type":"run-started","time":1}\n{"type":"run-finished","time":2}\n{"type":"run-finished","time":2}\n',
      "journal",
    ],
    ["results/other.jsonl", "[]\n", "result"],
    ["results/other.jsonl", '{"format":1,"step":"x","artifacts":{"a":{"hash":7}}}\n', "result"],
  ])("%s with %j in it is found", async (name, text, kind) => {
    const { folder: key } = storeRun(store, { run: "a-1", end: "open" });
    store.storage.write(`${key}/${name}`, [Buffer.from(text)]);
    const { problems } = await checkFolder(folder);
    expect(problems.map((one) => one.kind)).toEqual([kind]);
    expect(problems[0]?.place).toContain("a-1");
  });

  test("the run that a resume took results from is missed where it is gone", async () => {
    const origin = storeRun(store, { run: "a-1" });
    storeRun(store, { run: "a-2", origin });
    fs.rmSync(path.join(folder, origin.folder), { recursive: true });
    expect((await checkFolder(folder)).problems).toMatchObject([
      { kind: "result", loses: ["all artifacts of Sample/a-2/start/1"] },
    ]);
  });
});

describe("what can be derived", () => {
  test.each(["", "{", "null", '{"format":"x"}'])("millrace.json is written anew where it holds %j", async (text) => {
    const run = wholeRun(store);
    store.storage.write("millrace.json", [Buffer.from(text)]);
    expect((await checkFolder(folder)).problems).toMatchObject([{ kind: "store", isRepaired: false }]);
    expect((await checkFolder(folder, { isRepair: true })).problems).toMatchObject([
      { kind: "store", isRepaired: true },
    ]);
    readFully(openDatastore(folder), run);
  });

  test("a store of a newer version is refused", async () => {
    store.storage.write("millrace.json", [Buffer.from('{"format":3}')]);
    expect(() => checkFolder(folder, { isRepair: true })).toThrow("a newer Millrace wrote it");
  });

  test("dead cache entries and old unfinished files go, and nothing else", async () => {
    const { locator } = wholeRun(store);
    const entry = storeCacheEntry(store, { name: 1, locator });
    const dead = [
      storeCacheEntry(store, { name: 2, locator: "a-0/start/1/0/x/0" }),
      storeCacheEntry(store, { name: 3, locator: "" }),
    ];
    store.storage.write(dead[1]!, [Buffer.from("{")]);
    for (const key of ["flows/Sample/a-1/.tmp-1-1", "blobs/sha256/ab/.tmp-1-2"])
      store.storage.write(key, [Buffer.from("x")]);
    ageFiles(folder, 2 * DAY_MS);
    store.storage.write("cache/aa/.tmp-1-3", [Buffer.from("x")]);
    expect(await checkFolder(folder)).toMatchObject({
      problems: [{ kind: "cache", place: dead[1] }],
      leftovers: { temporary: 3, deadCacheEntries: 1 },
    });
    const before = Object.keys(pictureOf(folder));
    expect(await checkFolder(folder, { isRepair: true })).toMatchObject({
      problems: [{ isRepaired: true }],
      leftovers: { temporary: 1, deadCacheEntries: 0 },
    });
    const gone = before.filter((name) => !Object.keys(pictureOf(folder)).includes(name));
    expect(gone.sort()).toEqual([...dead, "blobs/sha256/ab/.tmp-1-2", "flows/Sample/a-1/.tmp-1-1"].sort());
    expect(store.storage.has(entry)).toBe(true);
    expect((await checkFolder(folder)).problems).toEqual([]);
  });
});
