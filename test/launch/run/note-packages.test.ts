import fs from "node:fs";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { type Datastore, datastoreOn, openDatastore } from "../../../runtime/datastore/datastore.ts";
import type { RunDocument } from "../../../runtime/datastore/records.ts";
import type { RunRecord } from "../../../runtime/datastore/run-record.ts";
import { notePackages, type NotePackagesOptions } from "../../../runtime/launch/run/note-packages.ts";
import { bundleFlow } from "../../../runtime/package/bundle.ts";
import { readUsedPackages, type UsedPackagesOptions } from "../../../runtime/package/reach/used-packages.ts";
import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";
import { makeProject, STANDARD } from "../../rigs/project.ts";

let cwd: string;
let asked: UsedPackagesOptions;
let errors: unknown[];

beforeEach(async () => {
  cwd = makeProject({
    "package.json": '{ "type": "module" }',
    "tsconfig.json": STANDARD,
    "flow.ts": 'import tide from "tide-table";\nexport const level = tide;\n',
    "node_modules/tide-table/package.json": '{ "name": "tide-table", "version": "3.1.0" }',
    "node_modules/tide-table/index.js": 'module.exports = require("moon");',
    "node_modules/moon/package.json": '{ "name": "moon", "version": "1.0.0" }',
    "node_modules/moon/index.js": "module.exports = 28;",
  });
  const bundle = await bundleFlow(path.join(cwd, "flow.ts"));
  asked = { bundle, environments: new Map(), cacheFolder: path.join(cwd, "cache") };
  errors = [];
});

/** Of a run that began at a time, by default after all was installed. */
function begun(
  store: Datastore,
  createdAt = Date.now() + 1000,
): Pick<NotePackagesOptions, "record" | "document" | "onError"> {
  const record = store.record("TideFlow", "a-1");
  store.storage.write("flows/TideFlow/a-1/run.json", [Buffer.from("{}")]);
  return { record, document: { createdAt } as RunDocument, onError: (error) => void errors.push(error) };
}

function folderStore(): Datastore {
  return openDatastore(path.join(cwd, "store"));
}

/** Files without blocks on the disk, which take seconds to read all the same. */
function addLargeFiles(): void {
  for (let at = 0; at < 60; at += 1) {
    const file = path.join(cwd, `node_modules/tide-table/chart-${at}.bin`);
    fs.writeFileSync(file, "");
    fs.truncateSync(file, 200e6);
  }
}

test.each([
  ["a folder", folderStore],
  ["a storage that is no folder", () => datastoreOn(memoryStorage())],
])("what the code can load is noted in %s, as it is installed", async (_, open) => {
  const store = open();
  const run = begun(store);
  await notePackages({ ...run, asked })();
  const noted = run.record.packages();
  expect(noted).toEqual(readUsedPackages(asked).packages);
  expect(noted?.packages.map(({ name, version }) => `${name}@${version}`)).toEqual(["moon@1.0.0", "tide-table@3.1.0"]);
  expect(errors).toEqual([]);
});

test("what was read before the run began is not read again", async () => {
  const run = begun(folderStore(), 0);
  const known = { format: 1, packages: [], roots: [{ text: "told", packages: [] }] } as const;
  await notePackages({ ...run, asked, known })();
  expect(run.record.packages()).toEqual(known);
});

test("packages that changed after the run began are not noted: its tasks may have loaded others", async () => {
  const run = begun(folderStore(), Date.now() - 1000);
  fs.writeFileSync(path.join(cwd, "node_modules/moon/index.js"), "module.exports = 29;");
  await notePackages({ ...run, asked })();
  expect(run.record.packages()).toBeNull();
  expect(errors).toEqual([]);
});

test("code that loads no package has nothing noted", async () => {
  const run = begun(folderStore());
  await notePackages({ ...run, asked: null })();
  expect(run.record.packages()).toBeNull();
});

test("a record that was removed meanwhile does not come back", async () => {
  const store = folderStore();
  const run = begun(store);
  const settled = notePackages({ ...run, asked });
  fs.rmSync(path.join(cwd, "store/flows"), { recursive: true });
  await settled();
  expect(fs.existsSync(path.join(cwd, "store/flows"))).toBe(false);
});

test("a note that cannot be written is told, and no failure", async () => {
  const run = begun(folderStore());
  const broken = Object.assign(Object.create(run.record as object) as RunRecord, {
    isThere: () => true,
    writePackages: () => Promise.reject(new Error("the disk is full")),
  });
  await notePackages({ ...run, record: broken, asked })();
  expect(errors).toEqual([new Error("the disk is full")]);
});

test("the end of a run waits for a moment only", async () => {
  addLargeFiles();
  const run = begun(folderStore());
  const settled = notePackages({ ...run, asked });
  const before = performance.now();
  await settled();
  expect(performance.now() - before).toBeLessThan(10_000);
  expect(run.record.packages()).toBeNull();
  expect(errors).toEqual([]);
});
