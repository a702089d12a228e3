import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collectGarbage } from "../../../runtime/datastore/maintenance/collect-garbage.ts";
import { type Datastore, openDatastore } from "../../../runtime/datastore/datastore.ts";
import { systemTags } from "../../../runtime/datastore/check-new-tags.ts";
import { isInNamespace } from "../../../runtime/datastore/reader/namespace.ts";
import { checkFolder, wholeRun } from "./check-folder.ts";
import { ageFiles, blobsIn, careStore, HOUR_MS, large, storeRun } from "./stored-run.ts";

let store: Datastore;
let folder: string;
let remove: () => void;

beforeEach(() => ({ store, folder, remove } = careStore()));
afterEach(() => {
  remove();
  fs.rmSync(`${folder}-moved`, { recursive: true, force: true });
});

function collect(isDryRun = false) {
  const signal = new AbortController().signal;
  return collectGarbage(store, { rules: [], flow: null, isDryRun, signal, progress: () => undefined });
}

/** As an administrator does who gives it room on another disk. */
function moveAway(key: string): void {
  const place = path.join(folder, key);
  fs.mkdirSync(`${folder}-moved`, { recursive: true });
  const moved = path.join(`${folder}-moved`, path.basename(key));
  fs.renameSync(place, moved);
  fs.symlinkSync(moved, place);
}

describe("gc, where a link stands in the place of records", () => {
  test.each(["results", "a segment", "checkpoints", "a flow", "a run", "flows", "spins"])(
    "%s, removes nothing and says where",
    async (what) => {
      const { run } = wholeRun(store);
      storeRun(store, { run: "s-1", root: "spins", artifacts: { model: large(9) } });
      storeRun(store, { flow: "Other", run: "o-1", artifacts: { model: large(8) } });
      const results = `flows/Sample/${run}/results`;
      const keys: Readonly<Record<string, string>> = {
        results,
        "a segment": `${results}/${store.storage.list(results)[0]}`,
        checkpoints: `flows/Sample/${run}/checkpoints`,
        "a flow": "flows/Other",
        "a run": `flows/Sample/${run}`,
      };
      ageFiles(folder, 2 * HOUR_MS);
      const before = blobsIn(store);
      const key = keys[what] ?? what;
      moveAway(key);
      for (const isDryRun of [true, false])
        await expect(collect(isDryRun)).rejects.toMatchObject({
          code: "MILLRACE_GC_UNREADABLE",
          headline: expect.stringContaining(key),
        });
      expect(blobsIn(store)).toEqual(before);
    },
  );

  test("is not held up by files of systems and editors, nor by what our own killed writers left", async () => {
    const { run } = wholeRun(store);
    const left = [".DS_Store", `Sample/${run}/run.json~`, `Sample/${run}/.run.json.swp`, `Sample/${run}/.tmp-1-1`];
    for (const name of left) fs.writeFileSync(path.join(folder, "flows", name), "x");
    fs.writeFileSync(path.join(folder, "flows/Icon\r"), "");
    fs.symlinkSync("ada@somewhere.123:1", path.join(folder, `flows/Sample/${run}/.#run.json`));
    ageFiles(folder, 2 * HOUR_MS);
    const before = blobsIn(store);
    await collect();
    expect(blobsIn(store)).toEqual(before);
  });
});

describe("fsck, where a link leads elsewhere", () => {
  test.each(["blobs", "flows/Sample", "cache"])("at %s, never says to remove it", async (key) => {
    wholeRun(store);
    fs.mkdirSync(path.join(folder, "cache"), { recursive: true });
    moveAway(key);
    const { problems } = await checkFolder(folder);
    const found = problems.find(({ kind }) => kind === "foreign");
    expect(found?.mend).toMatch(/^move what it leads to back into its place, or mount it there/);
    expect(() => openDatastore(folder).storage.list(key)).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/^move what it leads to back/) }),
    );
  });

  test.each([false, true])(
    "in the place of one folder of blobs, still checks every run (--repair: %s)",
    async (isRepair) => {
      for (const run of ["a-1", "a-2", "a-3"]) storeRun(store, { run, artifacts: { model: large(1) } });
      const key = blobsIn(store).find((blob) => fs.statSync(path.join(folder, blob)).size > 1000)!;
      moveAway(path.dirname(key));
      const { checked, problems } = await checkFolder(folder, { isRepair });
      expect(checked.runs).toBe(3);
      const lost = problems.find(({ place }) => place === key);
      expect(lost).toMatchObject({ kind: "blob", lossCount: 3, isRepaired: false });
      expect(fs.lstatSync(path.join(folder, path.dirname(key))).isSymbolicLink()).toBe(true);
    },
  );
});

test("a lost table that results have in common is made anew by the step that made it", async () => {
  const { run } = storeRun(store, { run: "a-1", artifacts: { x: 1 } });
  const results = path.join(folder, `flows/Sample/${run}/results`);
  const [segment] = fs.readdirSync(results);
  const line = JSON.parse(fs.readFileSync(path.join(results, segment!), "utf8")) as { finishedAt: number };
  const based = (step: string, repeated: number, finishedAt: number) =>
    JSON.stringify({ ...line, step, finishedAt, format: 2, base: { blob: "ab".repeat(32), without: [], repeated } });
  const lines = [based("work", 2, line.finishedAt), based("start", 0, line.finishedAt + 5), based("end", 3, 1)];
  fs.writeFileSync(path.join(results, "x.jsonl"), `${lines.join("\n")}\n`);
  const { problems } = await checkFolder(folder);
  const lost = problems.find(({ place }) => place.endsWith("ab".repeat(31)));
  expect(lost?.mend).toContain(`resume start --origin-run-id ${run}`);
});

test("the document of a run that an older version wrote without a project is read", () => {
  const { run } = wholeRun(store);
  const key = `flows/Sample/${run}/run.json`;
  const { project: _, ...older } = JSON.parse(Buffer.from(store.storage.read(key)!).toString());
  store.storage.write(key, [Buffer.from(JSON.stringify(older))]);
  const document = store.record("Sample", run).document();
  expect(systemTags(document.project)).toEqual([]);
  expect(isInNamespace(document, "project:undefined")).toBe(false);
});
