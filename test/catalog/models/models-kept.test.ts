import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { models } from "../../../sdk/models/index.ts";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { modelVersionKey } from "../../../runtime/datastore/kinds/model-version.ts";
import { checkStore } from "../../../runtime/datastore/maintenance/check-store.ts";
import { collectGarbage } from "../../../runtime/datastore/maintenance/collect-garbage.ts";
import { ageFiles, DAY_MS, large } from "../../datastore/maintenance/stored-run.ts";
import { type ModelRig, modelRig, pathspecOf } from "./model-rig.ts";

const signal = new AbortController().signal;
const quiet = { signal, progress: () => undefined };

async function withModel(): Promise<ModelRig & { readonly hash: string }> {
  const rig = modelRig();
  const run = rig.train("20260101-000000000-aaaaa", 7);
  const { hash } = await models.register("churn", pathspecOf(run), { datastore: rig.folder });
  return { ...rig, hash };
}

function collect({ folder, store }: ModelRig): ReturnType<typeof collectGarbage> {
  ageFiles(folder, 3 * DAY_MS);
  const rules = [{ text: "0", kind: "latest", count: 0 }] as const;
  return collectGarbage(store, { rules, flow: null, isDryRun: false, ...quiet });
}

function check({ store }: ModelRig): ReturnType<typeof checkStore> {
  return checkStore(store, { isQuick: false, isRepair: false, copyOf: null, ...quiet });
}

test("gc removes the run of a version, not what the version needs: it loads, and its lineage is whole", async () => {
  const rig = await withModel();
  const report = await collect(rig);
  expect(report.removed.runs.count).toBe(1);
  const model = await models.get<Buffer>("churn@1", { datastore: rig.folder });
  expect(Buffer.from(await model.load())).toEqual(large(7));
  const { code, parameters, data } = await model.lineage();
  expect(rig.store.storage.has(blobKey(code.hash))).toBe(true);
  expect([parameters, data.map(({ name }) => name)]).toEqual([{ rate: 0.1 }, ["data", "rows"]]);
  // Of its data there are hashes alone.
  expect(rig.store.storage.has(blobKey(data[0]?.hash ?? ""))).toBe(false);
  expect((await check(rig)).problems).toEqual([]);
});

test("gc removes what only a version needs that was given up; its record stays", async () => {
  const rig = await withModel();
  await models.remove("churn@1", { datastore: rig.folder });
  const report = await collect(rig);
  expect([report.removed.runs.count, rig.store.storage.has(blobKey(rig.hash))]).toEqual([1, false]);
  expect(rig.store.storage.has(modelVersionKey("churn", 1))).toBe(true);
  expect((await check(rig)).problems).toEqual([]);
});

test("a version cannot be registered of what a gc has removed", async () => {
  const rig = await withModel();
  const run = rig.train("20260102-000000000-aaaaa", 8);
  rig.store.storage.remove([
    blobKey(rig.store.record(run.flow, run.run).resultAt(run.locator).artifacts["model"]?.hash ?? ""),
  ]);
  const again = models.register("churn", pathspecOf(run), { datastore: rig.folder });
  await expect(again).rejects.toThrow(/Cannot register the model because blob .* is not in the datastore/);
  expect(rig.store.storage.list("models/churn/versions")).toEqual(["1.json"]);
});

test("fsck tells which version is lost with its artifact, and how that is set right", async () => {
  const rig = await withModel();
  rig.store.storage.remove([blobKey(rig.hash)]);
  const { problems } = await check(rig);
  const [found] = problems.filter(({ place }) => place === blobKey(rig.hash));
  expect(found?.loses).toContain('churn@1 artifact "model"');
  await collect(rig);
  const after = await check(rig);
  expect(after.problems.map(({ loses }) => loses)).toEqual([['churn@1 artifact "model"']]);
  expect(after.problems[0]?.mend).toMatch(/^models remove churn@1, or restore the file from a copy/);
  await models.remove("churn@1", { datastore: rig.folder });
  expect((await check(rig)).problems).toEqual([]);
});

test("a version whose record is damaged can be given up, as fsck says", async () => {
  const rig = await withModel();
  const { folder: datastore } = rig;
  fs.writeFileSync(path.join(datastore, "models/churn/versions/1.json"), "{}");
  expect((await check(rig)).problems[0]?.mend).toMatch(/^models remove churn@1, or /);
  await models.remove("churn@1", { datastore });
  expect((await check(rig)).problems).toEqual([]);
  const next = rig.train("20260102-000000000-aaaaa", 8);
  expect(String(await models.register("churn", pathspecOf(next), { datastore }))).toBe("churn@2");
});

/** What a file of a model may hold that Millrace never wrote. */
const DAMAGE: Readonly<Record<string, (real: string) => string>> = {
  nothing: () => "",
  "half of it": (real) => real.slice(0, real.length / 2),
  "another kind of record": () => '{"format":1,"flow":[],"model":7}',
  "null and __proto__": () => '{"__proto__":{"format":1},"format":1,"aliases":{"__proto__":7}}',
  "the record of another model": (real) => real.replaceAll('"churn"', '"other"'),
  "another number": (real) => real.replaceAll(/"(number|sequence)":1/g, '"$1":2'),
  "an artifact that leads out of the datastore": (real) => real.replaceAll(/"hash":"[0-9a-f]+"/g, '"hash":"../../x"'),
  "aliases that no model has": (real) => real.replace('"production":1', '"../x":1'),
  "deep nesting": () => "[".repeat(100_000),
};

test.each(Object.entries(DAMAGE))("%s in place of a record of a model is an error that says so", async (_, damage) => {
  const rig = await withModel();
  const { folder: datastore } = rig;
  await models.promote("churn", 1, { datastore, alias: "production" });
  let damaged = 0;
  for (const place of ["versions/1.json", "moves/000001.json"]) {
    const file = path.join(datastore, "models/churn", place);
    const real = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, damage(real));
    const seen = await models.get("churn@production", { datastore }).then(
      () => "fine",
      (error: unknown) => (error as { code: string }).code,
    );
    const isSame = damage(real) === real;
    if (!isSame) damaged += 1;
    expect(seen, place).toBe(isSame ? "fine" : "MILLRACE_DAMAGED_RECORD");
    const { problems } = await check(rig);
    expect(problems.map((found) => found.place)).toEqual(isSame ? [] : [`models/churn/${place}`]);
    fs.writeFileSync(file, real);
  }
  expect(damaged).toBeGreaterThan(0);
});

test("fsck tells of damaged notes of what is about to happen; models are read without them", async () => {
  const rig = await withModel();
  rig.store.storage.write("models/churn/pending/x.json", [Buffer.from("{}")]);
  expect((await models.get("churn@1", { datastore: rig.folder })).number).toBe(1);
  expect((await check(rig)).problems.map(({ kind, place }) => [kind, place])).toEqual([
    ["model-pending", "models/churn/pending/x.json"],
  ]);
});
