import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { bufferSource } from "../../../runtime/datastore/codec/byte-source.ts";
import { decode } from "../../../runtime/datastore/codec/decode.ts";
import { encode } from "../../../runtime/datastore/codec/encode.ts";
import { type Datastore, openDatastore, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import { saveArtifact } from "../../../runtime/datastore/load-artifact.ts";
import { taskFiles } from "../../../runtime/datastore/files/task-files.ts";
import { StoredDirectory } from "../../../sdk/files/stored-directory.ts";
import { StoredFile } from "../../../sdk/files/stored-file.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { check, checkFolder } from "./check-folder.ts";
import { collectIn } from "./collect-in.ts";
import { ageFiles, careStore, DAY_MS, large, storeRun } from "./stored-run.ts";

let store: Datastore;
let folder: string;
let remove: () => void;

beforeEach(() => ({ store, folder, remove } = careStore()));
afterEach(() => remove());

/** A stored file of that content. */
async function fileOf(content: string): Promise<StoredFile> {
  const place = path.join(temporaryFolder(), "file");
  fs.writeFileSync(place, content);
  const files = taskFiles(store.blobs);
  const taken = new StoredFile(await files.file(place), files.source);
  return taken;
}

test("gc keeps files that a run's artifacts, items, checkpoints and large values hold, and removes others", async () => {
  const kept = await Promise.all(["artifact", "item", "checkpoint", "in a large value", "parameter"].map(fileOf));
  const [artifact, item, checkpoint, inLarge, parameter] = kept;
  const lost = await fileOf("of nobody");
  storeRun(store, {
    run: "a-1",
    artifacts: { artifact, inLarge: { bytes: large(1), inLarge } },
    items: [item, 3],
    checkpoint: { checkpoint },
    parameters: { parameter },
  });
  ageFiles(folder, 2 * DAY_MS);
  await collectIn(store, { keep: [] });
  for (const one of kept) expect(await one.text()).not.toBe("");
  for (const { hash } of kept) expect(store.storage.has(blobKey(hash))).toBe(true);
  expect(store.storage.has(blobKey(lost.hash))).toBe(false);
  expect((await check(store)).problems).toEqual([]);
});

/** What `millrace.json` says. A program that knows no files in values opens format 1 alone, also for gc and fsck. */
function formatOf(at: string): unknown {
  return JSON.parse(fs.readFileSync(path.join(at, "millrace.json"), "utf8"));
}

test.each(["artifacts", "items", "checkpoint", "parameters"] as const)(
  "the first file in %s shuts out programs that would take it for garbage",
  async (where) => {
    storeRun(store, { run: "a-1", artifacts: { row: 1 }, items: [1], checkpoint: 1, parameters: { rows: 1 } });
    const one = await fileOf("model");
    expect(formatOf(folder)).toEqual({ format: 1 });
    const values = { artifacts: { one }, items: [one], checkpoint: one, parameters: { one } };
    storeRun(store, { run: "a-2", [where]: values[where] });
    expect(formatOf(folder)).toEqual({ format: 2 });
    const again = openDatastore(folder);
    prepareDatastore(again);
    expect(formatOf(folder)).toEqual({ format: 2 });
    expect(again.runs("Sample")).toEqual(["a-1", "a-2"]);
  },
);

test("a store that an older version left has its format until a file comes, and its runs after", async () => {
  const copy = path.join(temporaryFolder(), "store");
  fs.cpSync(path.join(import.meta.dirname, "../golden/v1/store"), copy, { recursive: true });
  const old = openDatastore(copy);
  const runs = old.runs("HarvestFlow");
  prepareDatastore(old);
  saveArtifact(old.blobs, "rows", [1, 2, 3]);
  expect(formatOf(copy)).toEqual({ format: 1 });
  const place = path.join(temporaryFolder(), "model.onnx");
  fs.writeFileSync(place, "model");
  const files = taskFiles(old.blobs);
  saveArtifact(old.blobs, "model", new StoredFile(await files.file(place), files.source));
  expect(formatOf(copy)).toEqual({ format: 2 });
  expect(openDatastore(copy).runs("HarvestFlow")).toEqual(runs);
});

test("a damaged millrace.json is repaired as that of a store with files: it may have been one", async () => {
  storeRun(store, { run: "a-1", artifacts: { model: await fileOf("model") } });
  fs.writeFileSync(path.join(folder, "millrace.json"), "");
  await checkFolder(folder, { isRepair: true });
  expect(formatOf(folder)).toEqual({ format: 2 });
});

test("gc removes files with the last run that holds them", async () => {
  const [shared, alone] = [await fileOf("shared"), await fileOf("alone")];
  storeRun(store, { run: "a-1", ageMs: 3 * DAY_MS, artifacts: { alone, shared } });
  storeRun(store, { run: "a-2", artifacts: { shared } });
  ageFiles(folder, 2 * DAY_MS);
  await collectIn(store, { keep: ["1"] });
  expect(store.storage.has(blobKey(shared.hash))).toBe(true);
  expect(store.storage.has(blobKey(alone.hash))).toBe(false);
});

test("fsck names what a lost file is lost to, and takes files for what they are, whatever they begin with", async () => {
  const odd = await Promise.all(
    ["\0\0 zeros first", "MLR like an artifact", "MLR\u0002\u0001 even more", ""].map(fileOf),
  );
  const gone = await fileOf("gone");
  storeRun(store, { run: "a-1", artifacts: { odd, gone } });
  expect((await check(store)).problems).toEqual([]);
  fs.rmSync(path.join(folder, blobKey(gone.hash)));
  const { problems } = await check(store);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ seen: "it is not there", place: blobKey(gone.hash) });
  expect(problems[0]?.loses.join()).toContain("Sample/a-1");
});

test("a value with a file of another datastore is refused", async () => {
  const other = careStore();
  try {
    const foreign = await fileOf("foreign");
    expect(() => storeRun(other.store, { run: "a-1", artifacts: { foreign } })).toThrow(
      'Cannot store artifact "foreign" because a file in it is not in this datastore',
    );
  } finally {
    other.remove();
  }
});

test("names that lead out of their folder are refused when a value is read, and nothing is written", () => {
  for (const name of ["../evil", "/etc/evil", "a//b", ".", "a/../../b", "nul\0"]) {
    const content = { name: "d", hash: "0".repeat(64), folders: [], files: [{ name, size: 1, hash: "1".repeat(64) }] };
    const encoded = Buffer.concat(encode(new StoredDirectory(content, null), "d").chunks);
    expect(() => decode(bufferSource(encoded), "d")).toThrow(/path below a folder/);
  }
});
