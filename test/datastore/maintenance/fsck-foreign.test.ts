import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { collectGarbage } from "../../../runtime/datastore/maintenance/collect-garbage.ts";
import { type Datastore, datastoreOn } from "../../../runtime/datastore/datastore.ts";
import type { ErrorCode } from "../../../sdk/base/error-codes.ts";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { check, checkFolder, wholeRun } from "./check-folder.ts";
import { blobsIn, careStore, DAY_MS, storeRun } from "./stored-run.ts";

let store: Datastore;
let folder: string;
let remove: () => void;

beforeEach(() => ({ store, folder, remove } = careStore()));
afterEach(() => remove());

function collect() {
  return collectGarbage(store, {
    rules: [],
    flow: null,
    isDryRun: false,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
}

describe("what a killed gc is said to have been about", () => {
  const run = (key: string, text = "{}") => JSON.stringify({ documents: [{ key, text }] });
  test.each([
    ["a file beside the store", run("../home/.bashrc")],
    ["an absolute path", run("/millrace-outside/run.json")],
    ["a file of the store that is no document", run("millrace.json")],
    ["a journal", run("flows/Sample/a-1/journal.jsonl")],
    ["a run above the store", run("flows/../../run.json")],
    ["a document that is none", run("flows/Sample/a-9/run.json", "ssh-ed25519 AAAA")],
    ["no list", '{"documents":7}'],
    ["no text", '{"documents":[{"key":7,"text":[]}]}'],
  ])("is not undone where it is %s: gc refuses, fsck finds it, --repair sets it aside", async (_, content) => {
    wholeRun(store);
    const intent = path.join(folder, "gc/removing.json");
    fs.mkdirSync(path.dirname(intent), { recursive: true });
    fs.writeFileSync(intent, content);
    await expect(collect()).rejects.toThrow(/gc\/removing\.json/);
    expect((await checkFolder(folder)).problems).toMatchObject([{ kind: "gc", place: "gc/removing.json" }]);
    expect((await checkFolder(folder, { isRepair: true })).problems).toMatchObject([{ kind: "gc", isRepaired: true }]);
    expect(fs.existsSync(intent)).toBe(false);
    expect(fs.readFileSync(path.join(folder, "damaged/gc-removing.json"), "utf8")).toBe(content);
    for (const made of ["../home", "../run.json", "flows/Sample/a-9"])
      expect(fs.existsSync(path.join(folder, made)), made).toBe(false);
    await collect();
  });

  test.each([
    ["a newer version wrote", (key: string) => run(key, '{"format":99}'), null],
    ["may not be read", (key: string) => run(key), "MILLRACE_STORAGE"],
    ["a bucket refuses or is too slow for", (key: string) => run(key), "MILLRACE_AWS"],
  ])("stays where it is if it is one that %s: --repair tells it and goes on", async (_, content, code) => {
    wholeRun(store);
    const text = content("flows/Sample/a-1/run.json");
    store.storage.write("gc/removing.json", [Buffer.from(text)]);
    const read = (key: string) => {
      if (key !== "gc/removing.json" || code === null) return store.storage.read(key);
      throw new MillraceError({
        code: code as ErrorCode,
        headline: "Cannot read it because it is not ours",
        hint: "ask",
      });
    };
    const { problems } = await check(datastoreOn({ ...store.storage, read }), { isRepair: true });
    expect(problems).toMatchObject([{ kind: "gc", isRepaired: false }]);
    expect(fs.readFileSync(path.join(folder, "gc/removing.json"), "utf8")).toBe(text);
    expect(fs.existsSync(path.join(folder, "damaged"))).toBe(false);
  });

  test("is undone where it is the document of a run", async () => {
    const { run } = wholeRun(store);
    const key = `flows/Sample/${run}/run.json`;
    const text = Buffer.from(store.storage.read(key)!).toString();
    store.storage.write("gc/removing.json", [Buffer.from(JSON.stringify({ documents: [{ key, text }] }))]);
    store.storage.remove([key]);
    await collect();
    expect(store.record("Sample", run).document().run).toBe(run);
  });
});

describe("fsck tells what is no object", () => {
  test.each([
    ["a link in the place of a flow", "flows/Other", (place: string) => fs.symlinkSync("/etc", place)],
    ["a link in the place of all blobs' archive", "damaged", (place: string) => fs.symlinkSync("/etc", place)],
    ["a pipe in a run", "flows/Sample/a-1/pipe", (place: string) => execFileSync("mkfifo", [place])],
    ["a name that is none", "flows/Sample/a\\b", (place: string) => fs.mkdirSync(place)],
  ])("%s", async (_, key, make) => {
    wholeRun(store);
    make(path.join(folder, key));
    expect((await checkFolder(folder)).problems).toMatchObject([{ kind: "foreign", place: key }]);
  });

  test("and goes on to what it can read, whatever a link or a pipe stands in the place of", async () => {
    for (const place of ["blobs", "flows", "cache", "flows/Sample/a-1/results", "flows/Sample/a-1/journal.jsonl"]) {
      const at = careStore();
      wholeRun(at.store);
      fs.rmSync(path.join(at.folder, place), { recursive: true, force: true });
      if (place.endsWith(".jsonl")) execFileSync("mkfifo", [path.join(at.folder, place)]);
      else fs.symlinkSync("/usr/lib", path.join(at.folder, place));
      const { problems } = await checkFolder(at.folder);
      expect(problems, place).toContainEqual(expect.objectContaining({ kind: "foreign", place }));
      at.remove();
    }
  });
});

test("of many problems of a kind the first are told, and all are counted and repaired", async () => {
  storeRun(store, { run: "a-1", ageMs: DAY_MS, artifacts: { x: 1 } });
  const folders = path.join(folder, "cache/ab");
  fs.mkdirSync(folders, { recursive: true });
  for (let at = 0; at < 300; at += 1) fs.writeFileSync(path.join(folders, `${String(at).padStart(62, "0")}.json`), "?");
  const found = await checkFolder(folder);
  expect(found.problems).toHaveLength(20);
  expect(found.kinds).toEqual([{ kind: "cache", count: 300, repaired: 0 }]);
  const repaired = await checkFolder(folder, { isRepair: true });
  expect(repaired.kinds).toEqual([{ kind: "cache", count: 300, repaired: 300 }]);
  expect((await checkFolder(folder)).problems).toEqual([]);
});

test("130,000 artifacts whose blobs are gone are counted, not spread over a call's arguments", async () => {
  const { run } = storeRun(store, { run: "a-1", artifacts: { x: 1 } });
  const [segment] = store.storage.list(`flows/Sample/${run}/results`);
  const file = path.join(folder, `flows/Sample/${run}/results`, segment!);
  const result = JSON.parse(fs.readFileSync(file, "utf8"));
  for (let at = 0; at < 130_000; at += 1)
    result.artifacts[`a${at}`] = { hash: at.toString(16).padStart(64, "0"), size: 2000, type: "string" };
  fs.writeFileSync(file, `${JSON.stringify(result)}\n`);
  const { kinds, problems } = await checkFolder(folder);
  expect(kinds).toEqual([{ kind: "blob", count: 130_000, repaired: 0 }]);
  expect(problems).toHaveLength(20);
}, 240_000);

test("a blob that is nothing but a hole larger than the disk is found without reading it", async () => {
  wholeRun(store);
  const [key] = blobsIn(store);
  const hole = path.join(folder, blobKey("ab".repeat(32)));
  fs.mkdirSync(path.dirname(hole), { recursive: true });
  fs.writeFileSync(hole, "");
  fs.truncateSync(hole, 4e12);
  fs.truncateSync(path.join(folder, key!), 0);
  fs.truncateSync(path.join(folder, key!), 3e12);
  expect((await checkFolder(folder)).kinds).toEqual([{ kind: "blob", count: 2, repaired: 0 }]);
});
