import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GcOptions } from "../../../runtime/datastore/maintenance/collect-garbage.ts";
import type { GcReport } from "../../../runtime/datastore/maintenance/gc-report.ts";
import { ownRuns } from "../../../runtime/datastore/reader/run-owner.ts";
import { parseKeepRule } from "../../../runtime/datastore/maintenance/keep-rule.ts";
import type { Datastore } from "../../../runtime/datastore/datastore.ts";
import { changeTags } from "../../../runtime/datastore/change-tags.ts";
import { readFully } from "./read-fully.ts";
import {
  ageFiles,
  blobsIn,
  careStore,
  DAY_MS,
  HOUR_MS,
  large,
  pictureOf,
  storeCacheEntry,
  storeRun,
} from "./stored-run.ts";
import { collectIn, kept } from "./collect-in.ts";

let store: Datastore;
let folder: string;
let remove: () => void;

beforeEach(() => ({ store, folder, remove } = careStore()));
afterEach(() => remove());

function collect(keep: readonly string[] = [], more: Partial<GcOptions> = {}): Promise<GcReport> {
  return collectIn(store, { keep, ...more });
}

describe("without rules", () => {
  test("every run stays, and only blobs that nothing needs go", async () => {
    const one = storeRun(store, {
      run: "a-1",
      artifacts: { model: large(1) },
      items: [large(2), 3],
      checkpoint: large(4),
    });
    const two = storeRun(store, { run: "a-2", parameters: { table: large(5) }, artifacts: { model: large(1) } });
    store.blobs.put("0".repeat(64), [large(9)]);
    ageFiles(folder, 2 * HOUR_MS);
    const report = await collect();
    expect(report.removed.blobs).toEqual({ count: 1, bytes: 2000 });
    expect(report.removed.runs.count).toBe(0);
    expect(kept(report)).toEqual(["Sample/a-1", "Sample/a-2"]);
    for (const run of [one, two]) readFully(store, run);
    expect((await collect()).removed.blobs.count).toBe(0);
  });

  test("a blob younger than an hour stays, whoever needs it", async () => {
    storeRun(store, { run: "a-1" });
    store.blobs.put("1".repeat(64), [large(9)]);
    store.blobs.put("2".repeat(64), [large(8)]);
    ageFiles(path.join(folder, "blobs/sha256/22"), HOUR_MS - 60_000);
    expect((await collect()).removed.blobs.count).toBe(0);
    ageFiles(path.join(folder, "blobs/sha256/22"), HOUR_MS + 60_000);
    expect((await collect()).removed.blobs.count).toBe(1);
  });

  test("what an attempt that still runs may have stored stays, however long it takes", async () => {
    const stored = { run: "a-1", end: "open", ageMs: 10 * HOUR_MS } as const;
    storeRun(store, { ...stored, beatMs: 1000 });
    store.blobs.put("0".repeat(64), [large(9)]);
    ageFiles(path.join(folder, "blobs"), 9 * HOUR_MS);
    expect((await collect()).removed.blobs.count).toBe(0);
    ageFiles(path.join(folder, "blobs"), 12 * HOUR_MS);
    expect((await collect()).removed.blobs.count).toBe(1);
  });

  test("a run that was killed long ago does not keep what its attempts left", async () => {
    const run = storeRun(store, {
      run: "a-1",
      end: "open",
      ageMs: 10 * DAY_MS,
      beatMs: 9 * DAY_MS,
      artifacts: { model: large(1) },
    });
    store.blobs.put("0".repeat(64), [large(9)]);
    ageFiles(folder, 8 * DAY_MS);
    const report = await collect();
    expect(report.removed).toMatchObject({ blobs: { count: 1 }, runs: { count: 0 } });
    readFully(store, run);
  });

  test("half-written files, old spins, rests of runs and dead cache entries go; files that are not ours stay", async () => {
    const { locator } = storeRun(store, { run: "a-1" });
    const old = storeRun(store, { run: "s-1", root: "spins", ageMs: 2 * DAY_MS, artifacts: { model: large(1) } });
    const young = storeRun(store, { run: "s-2", root: "spins", ageMs: HOUR_MS, artifacts: { model: large(2) } });
    const entry = storeCacheEntry(store, { name: 1, locator });
    const dead = storeCacheEntry(store, { name: 2, locator: locator.replace("a-1", "a-0") });
    const garbage = ["blobs/sha256/ab/.tmp-1-1", "flows/Sample/a-1/.tmp-1-2", "flows/Sample/a-0/results/x.jsonl", dead];
    const foreign = ["blobs/readme.txt", "blobs/sha256/ab/note", "notes/mine.txt", "flows/readme.txt", "damaged/x"];
    for (const key of [...garbage, ...foreign].filter((key) => key !== dead))
      store.storage.write(key, [Buffer.from("x")]);
    ageFiles(folder, 2 * HOUR_MS);
    const { removed } = await collect();
    expect(removed).toMatchObject({
      temporary: { count: 2 },
      spins: { count: 1 },
      rests: { count: 1 },
      cache: { count: 1 },
    });
    for (const key of [...garbage, `${old.folder}/run.json`]) expect(store.storage.has(key), key).toBe(false);
    for (const key of [...foreign, entry, `${young.folder}/run.json`]) expect(store.storage.has(key), key).toBe(true);
    expect(fs.existsSync(path.join(folder, "flows/Sample/a-0"))).toBe(false);
  });

  test("folders that a removal left empty go, though it was cut off between a file and its folder", async () => {
    storeRun(store, { run: "a-1" });
    fs.mkdirSync(path.join(folder, "flows/Sample/a-0/results"), { recursive: true });
    fs.mkdirSync(path.join(folder, "flows/Gone/a-0"), { recursive: true });
    expect((await collect()).removed.rests).toEqual({ count: 2, bytes: 0 });
    expect(store.runs("Sample")).toEqual(["a-1"]);
    expect(fs.existsSync(path.join(folder, "flows/Gone"))).toBe(false);
  });

  test("a folder of a run that just begins stays", async () => {
    store.storage.write("flows/Sample/a-9/.tmp-1-1", [Buffer.from("{")]);
    expect((await collect()).removed.rests.count).toBe(0);
    expect(store.storage.has("flows/Sample/a-9/.tmp-1-1")).toBe(true);
  });
});

describe("with rules", () => {
  function fiveRuns(): void {
    for (const [index, ageMs] of [9, 7, 5, 3, 1].entries()) {
      storeRun(store, {
        run: `a-${index}`,
        ageMs: ageMs * DAY_MS,
        artifacts: { model: large(index) },
        tags: index === 1 ? ["good"] : [],
      });
    }
    storeRun(store, { flow: "Other", run: "b-0", ageMs: 8 * DAY_MS, artifacts: { model: large(0) } });
    ageFiles(folder, 2 * HOUR_MS);
  }

  test.each([
    [["2"], ["Other/b-0", "Sample/a-3", "Sample/a-4"]],
    [["4d"], ["Sample/a-3", "Sample/a-4"]],
    [["36h"], ["Sample/a-4"]],
    [["tag:good"], ["Sample/a-1"]],
    [
      ["a-0", "Other/b-0"],
      ["Other/b-0", "Sample/a-0"],
    ],
    [
      ["latest", "tag:good"],
      ["Sample/a-1", "Sample/a-4"],
    ],
    [["0"], []],
  ])("--keep %s keeps what it names, with all its artifacts", async (keep, wanted) => {
    fiveRuns();
    const report = await collect(keep);
    expect(kept(report).sort()).toEqual(wanted);
    expect(
      store
        .flows()
        .flatMap((flow) => store.runs(flow).map((run) => `${flow}/${run}`))
        .sort(),
    ).toEqual(wanted);
    for (const name of wanted) readFully(store, { flow: name.split("/")[0] ?? "", run: name.split("/")[1] ?? "" });
    if (wanted.length === 0) expect(blobsIn(store)).toEqual([]);
  });

  test("a tag that was given later counts", async () => {
    fiveRuns();
    changeTags(store.storage, store.record("Sample", "a-2").document(), { add: ["late"] });
    expect(kept(await collect(["tag:late"]))).toEqual(["Sample/a-2"]);
  });

  test("rules may be for one flow alone", async () => {
    fiveRuns();
    expect(kept(await collect(["0"], { flow: "Sample" }))).toEqual(["Other/b-0"]);
    readFully(store, { flow: "Other", run: "b-0" });
  });

  test("live runs stay, and those that were seen within a day", async () => {
    storeRun(store, { run: "a-1", end: "open", beatMs: 1000 });
    storeRun(store, { run: "a-2", end: "open", ageMs: 3 * DAY_MS, beatMs: 20 * HOUR_MS });
    storeRun(store, { run: "a-3", end: "open", ageMs: 3 * DAY_MS, beatMs: 30 * HOUR_MS });
    expect(kept(await collect(["0"]))).toEqual(["Sample/a-1", "Sample/a-2"]);
  });

  test("a kept run keeps the runs that it resumes, however many", async () => {
    const first = storeRun(store, { run: "a-1", artifacts: { model: large(1) } });
    const second = storeRun(store, { run: "a-2", origin: first, checkpoint: large(2) });
    const third = storeRun(store, { run: "a-3", origin: { ...second, locator: first.locator } });
    storeRun(store, { run: "a-4", artifacts: { model: large(4) } });
    ageFiles(folder, 2 * HOUR_MS);
    const report = await collect(["a-3"]);
    expect(kept(report)).toEqual(["Sample/a-1", "Sample/a-2", "Sample/a-3"]);
    expect(report.runs.find(({ run }) => run === "a-2")?.keptBy).toEqual(["origin of Sample/a-3"]);
    for (const run of [first, second, third]) readFully(store, run);
    expect(report.removed.blobs.count).toBe(1);
  });

  test("a spin that runs keeps the run whose task it repeats", async () => {
    const first = storeRun(store, { run: "a-1", artifacts: { model: large(1) } });
    storeRun(store, { run: "s-1", root: "spins", origin: first, end: "open", beatMs: 1000 });
    expect(kept(await collect(["0"]))).toEqual(["Sample/a-1"]);
  });

  test("a cache entry keeps nothing: it goes with its run", async () => {
    const first = storeRun(store, { run: "a-1", artifacts: { model: large(1) } });
    const key = storeCacheEntry(store, { name: 1, locator: first.locator });
    expect((await collect(["0"], { isDryRun: true })).removed.cache.count).toBe(1);
    expect((await collect(["0"])).removed.cache.count).toBe(1);
    expect(store.storage.has(key)).toBe(false);
  });

  test("--dry-run tells the same and changes nothing", async () => {
    fiveRuns();
    const before = pictureOf(folder);
    const told = await collect(["2"], { isDryRun: true });
    expect(pictureOf(folder)).toEqual(before);
    const done = await collect(["2"]);
    expect({ ...done, isDryRun: true }).toEqual(told);
    expect(done.removed.runs.count).toBe(3);
  });
});

test.each(["", "tag:", "30y", "1.5", "d", "nobody/a/b/c"])("%j is no rule", (text) => {
  expect(() => parseKeepRule(text, { store, flow: () => "Sample", owner: ownRuns({ username: "ada" }) })).toThrow(
    /Cannot/,
  );
});
