import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GcOptions } from "../../../runtime/datastore/maintenance/collect-garbage.ts";
import type { GcReport } from "../../../runtime/datastore/maintenance/gc-report.ts";
import type { Datastore } from "../../../runtime/datastore/datastore.ts";
import { ageFiles, careStore, HOUR_MS, large, pictureOf, storeRun } from "./stored-run.ts";
import { collectIn, kept } from "./collect-in.ts";

let store: Datastore;
let folder: string;
let remove: () => void;

beforeEach(() => ({ store, folder, remove } = careStore()));
afterEach(() => remove());

function collect(keep: readonly string[] = [], more: Partial<GcOptions> = {}): Promise<GcReport> {
  return collectIn(store, { keep, ...more });
}

describe("what cannot be read", () => {
  test.each([
    ["run.json", (key: string) => store.storage.write(`${key}/run.json`, [Buffer.from("{")])],
    ["the journal", (key: string) => appendTo(`${key}/journal.jsonl`)],
    ["a result", (key: string) => appendTo(`${key}/results/x.jsonl`)],
    ["a checkpoint", (key: string) => store.storage.write(`${key}/checkpoints/start/0.json`, [Buffer.from("x")])],
  ])("where %s of a kept run is damaged, nothing is removed", async (_, damage) => {
    const { folder: key } = storeRun(store, { run: "a-1", artifacts: { model: large(1) } });
    storeRun(store, { run: "a-0" });
    store.blobs.put("0".repeat(64), [large(9)]);
    damage(key);
    ageFiles(folder, 2 * HOUR_MS);
    const before = Object.keys(pictureOf(folder));
    await expect(collect(["a-1"])).rejects.toMatchObject({ code: "MILLRACE_GC_UNREADABLE" });
    expect(Object.keys(pictureOf(folder)).filter((name) => !name.startsWith("gc/"))).toEqual(before);
    await expect(collect(["a-1"])).rejects.toThrow(/cannot be read.*fsck/s);
  });

  test("a damaged run that is to go goes", async () => {
    const { folder: key } = storeRun(store, { run: "a-1", artifacts: { model: large(1) } });
    storeRun(store, { run: "a-2" });
    appendTo(`${key}/results/x.jsonl`);
    expect(kept(await collect(["a-2"]))).toEqual(["Sample/a-2"]);
  });

  test("what a newer version wrote is left alone", async () => {
    const { folder: key } = storeRun(store, { run: "a-1" });
    store.storage.write(`${key}/results/x.jsonl`, [Buffer.from('{"format":2}\n')]);
    await expect(collect()).rejects.toMatchObject({ code: "MILLRACE_GC_UNREADABLE" });
  });

  function appendTo(key: string): void {
    const appender = store.storage.append(key);
    void appender.append("no json\n");
    appender.close();
  }
});
