import fs from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Datastore, openDatastore } from "../../../runtime/datastore/datastore.ts";
import { taskFiles } from "../../../runtime/datastore/files/task-files.ts";
import { StoredDirectory } from "../../../sdk/files/stored-directory.ts";
import { StoredFile } from "../../../sdk/files/stored-file.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

const CLAIMED = "0".repeat(64);

function storeAt(location = path.join(temporaryFolder(), "store")): Datastore {
  const store = openDatastore(location);
  onTestFinished(() => store.close());
  return store;
}

async function fileIn({ blobs }: Datastore, content: string): Promise<StoredFile> {
  const place = path.join(temporaryFolder(), "model.bin");
  fs.writeFileSync(place, content);
  const files = taskFiles(blobs);
  return new StoredFile(await files.file(place), files.source);
}

/** A directory that claims to be of that hash, its files given by name and content. */
async function directoryIn(store: Datastore, given: Readonly<Record<string, string>> | [string, string][]) {
  const files = [];
  for (const [name, content] of Array.isArray(given) ? given : Object.entries(given)) {
    const { hash, size } = await fileIn(store, content);
    files.push({ name, hash, size });
  }
  return new StoredDirectory({ name: "images", files, folders: [], hash: CLAIMED }, taskFiles(store.blobs).source);
}

test("a directory is placed for each of two datastores in one process", async () => {
  const location = path.join(temporaryFolder(), "store");
  const [one, other] = [storeAt(location), storeAt(location)];
  const stored = await directoryIn(one, { "a.txt": "a", "sub/b.txt": "b" });
  const again = new StoredDirectory(StoredDirectory.contentOf(stored), taskFiles(other.blobs).source);
  for (const place of [await stored.path(), await again.path()]) {
    expect(path.basename(place)).toBe("images");
    expect(fs.readdirSync(place, { recursive: true }).sort()).toEqual(["a.txt", "sub", path.join("sub", "b.txt")]);
  }
});

test("callers at the same moment share one place, also when what was there has gone", async () => {
  const stored = await directoryIn(storeAt(), { "a.txt": "a" });
  const places = await Promise.all([stored.path(), stored.path(), stored.path()]);
  expect(new Set(places).size).toBe(1);
  expect(await stored.path()).toBe(places[0]);
  fs.rmSync(places[0]!, { recursive: true });
  const later = await Promise.all([stored.path(), stored.path(), stored.path()]);
  expect(new Set(later).size).toBe(1);
  expect(fs.readdirSync(later[0]!)).toEqual(["a.txt"]);
});

test("a directory that claims another's hash is not taken for it", async () => {
  const store = storeAt();
  const [one, other] = [await directoryIn(store, { a: "one" }), await directoryIn(store, { a: "other" })];
  expect(one.hash).toBe(other.hash);
  expect(fs.readFileSync(path.join(await one.path(), "a"), "utf8")).toBe("one");
  expect(fs.readFileSync(path.join(await other.path(), "a"), "utf8")).toBe("other");
});

test("a copy that was written to is not given again, and the datastore keeps what was stored", async () => {
  const stored = await fileIn(storeAt(), "as it was stored");
  const place = await stored.path();
  fs.chmodSync(place, 0o644);
  fs.writeFileSync(place, "written to by a step");
  expect(fs.readFileSync(await stored.path(), "utf8")).toBe("as it was stored");
  expect(await stored.text()).toBe("as it was stored");
});

test("two names that are one on this system are both named", async () => {
  const stored = await directoryIn(storeAt(), { "sub/a:b": "one", "sub/a_b": "other" });
  expect(fs.readdirSync(path.join(await stored.path(), "sub"))).toEqual(["a:b", "a_b"]);
  const system = process.platform;
  onTestFinished(() => void Object.defineProperty(process, "platform", { value: system }));
  Object.defineProperty(process, "platform", { value: "win32" });
  const onWindows = await directoryIn(storeAt(), { "sub/a:b": "one", "sub/a_b": "other" });
  await expect(onWindows.path()).rejects.toThrow(
    'Cannot put directory images on this machine because two of its names are the same here: "sub/a:b" and "sub/a_b"',
  );
});

test.each([
  ["a file twice", ["a", "a"], '"a" and "a"'],
  ["a file that is a folder, too", ["a", "a/b"], '"a" and "a"'],
])("%s in a list is refused, though the contents are equal", async (_, names, wanted) => {
  const stored = await directoryIn(
    storeAt(),
    names.map((name): [string, string] => [name, "same"]),
  );
  await expect(stored.path()).rejects.toThrow(`two of its names are the same here: ${wanted}`);
});
