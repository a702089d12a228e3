import fs from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { promote } from "../../../runtime/catalog/models/promote.ts";
import { ModelStore } from "../../../runtime/catalog/models/model-store.ts";
import { ModelServers } from "../../../runtime/catalog/models/model-servers.ts";
import { lastBefore, registerVersion } from "../../../runtime/catalog/models/register-version.ts";
import { removeReferenced } from "../../../runtime/catalog/models/remove-referenced.ts";
import { datastoreOn } from "../../../runtime/datastore/datastore.ts";
import { Deployments } from "../../../runtime/datastore/deployments.ts";
import { modelPendingKey } from "../../../runtime/datastore/kinds/model-pending.ts";
import { modelRemovalKey } from "../../../runtime/datastore/kinds/model-removal.ts";
import { modelVersionKey } from "../../../runtime/datastore/kinds/model-version.ts";
import { collectGarbage } from "../../../runtime/datastore/maintenance/collect-garbage.ts";
import { serverStates } from "../../../runtime/catalog/models/server-states.ts";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { models } from "../../../sdk/models/index.ts";
import { ageFiles, DAY_MS } from "../../datastore/maintenance/stored-run.ts";
import { type ModelRig, modelRig, pathspecOf } from "./model-rig.ts";

async function versions(...metrics: readonly Record<string, number>[]): Promise<ModelRig & { datastore: string }> {
  const rig = modelRig();
  const pathspec = pathspecOf(rig.train("20260101-000000000-aaaaa", 7));
  for (const one of metrics) await models.register("churn", pathspec, { datastore: rig.folder, metrics: one });
  return { ...rig, datastore: rig.folder };
}

const ANYONE = { username: "ada", reason: null, rules: {} };
const PRODUCTION = { ...ANYONE, model: "churn", alias: "production" };

function draftIn(rig: ModelRig, number: number) {
  const {
    format: _,
    model: __,
    number: ___,
    time: ____,
    ...draft
  } = new ModelStore(rig.store).version("churn", number);
  return draft;
}

test("files that nobody numbered, such as moves/99.json, move no alias and number no version", async () => {
  const { datastore, store } = await versions({}, {});
  await models.promote("churn", 1, { datastore, alias: "production" });
  const folder = path.join(datastore, "models/churn");
  for (const stray of ["moves/99.json", "moves/007.json", "moves/2.json", "versions/007.json", "versions/08.json"])
    fs.copyFileSync(path.join(folder, "moves/000001.json"), path.join(folder, stray));
  fs.mkdirSync(path.join(folder, "removals"), { recursive: true });
  fs.writeFileSync(path.join(folder, "removals/01.json"), "{}");
  await models.promote("churn", 2, { datastore, alias: "production" });
  expect((await models.history("churn", { datastore })).map(({ to }) => to)).toEqual([1, 2]);
  expect((await models.versions("churn", { datastore })).map(String)).toEqual(["churn@1", "churn@2"]);
  const draft = { ...draftIn({ datastore, store } as never, 1), registration: "another" };
  expect(registerVersion(store, { model: "churn", draft, after: null }).number).toBe(3);

  store.storage.write("deployments/train/moves/99.json", [Buffer.from("{}")]);
  store.storage.write("deployments/train/versions/007.json", [Buffer.from("{}")]);
  const deployments = new Deployments(store.storage);
  expect([deployments.state("train"), deployments.versions("train")]).toEqual([null, []]);
});

test("a version whose record is damaged does not keep another attempt from registering", async () => {
  const rig = await versions({}, {});
  const draft = { ...draftIn(rig, 1), registration: "another" };
  fs.writeFileSync(path.join(rig.datastore, modelVersionKey("churn", 2)), "{}");
  const after = lastBefore(rig.store, { model: "churn", time: Date.now() });
  expect(after).toBe(0);
  expect(registerVersion(rig.store, { model: "churn", draft, after }).number).toBe(3);
  expect(registerVersion(rig.store, { model: "churn", draft, after }).number).toBe(3);
});

test("gc keeps the run of a registration that was cut off, which alone tells whether its task was committed", async () => {
  const rig = await versions({});
  const { draft, source } = { draft: draftIn(rig, 1), source: draftIn(rig, 1).source };
  const pid = Number(rig.store.storage.list(`flows/Churn/${source.run}/results`)[0]?.split("-")[0]);
  const note = { format: 1, what: "registration", model: "churn", after: 0, pid, draft };
  rig.store.storage.remove([modelVersionKey("churn", 1)]);
  rig.store.storage.write(modelPendingKey("churn", "x"), [Buffer.from(JSON.stringify(note))]);
  ageFiles(rig.folder, 3 * DAY_MS);
  const gc = () =>
    collectGarbage(rig.store, {
      rules: [{ text: "0", kind: "latest", count: 0 }],
      ...{ flow: null, isDryRun: false, signal: new AbortController().signal, progress: () => undefined },
    });
  expect((await gc()).removed.runs.count).toBe(0);
  expect((await models.versions("churn", { datastore: rig.datastore })).map(String)).toEqual(["churn@1"]);
  expect((await gc()).removed.runs.count).toBe(1);
});

test("an alias that is elsewhere than expected is told before require is asked", async () => {
  const { datastore } = await versions({}, {});
  await models.promote("churn", 1, { datastore, alias: "production" });
  const require = vi.fn(() => false);
  const late = models.promote("churn", 2, { datastore, alias: "production", expect: null, require });
  await expect(late).rejects.toMatchObject({ code: "MILLRACE_MODEL_MOVED" });
  expect(require).not.toHaveBeenCalled();
});

test.each([1, "yes", undefined, {}])("require that gives %j, not true, refuses and says so", async (answer) => {
  const { datastore } = await versions({});
  for (const given of [answer, Promise.resolve(answer)]) {
    const require = () => given as boolean;
    await expect(models.promote("churn", 1, { datastore, alias: "production", require })).rejects.toMatchObject({
      code: "MILLRACE_MODEL_REFUSED",
      headline: expect.stringContaining("true alone lets it pass"),
    });
  }
  const settled = models.promote("churn", 1, { datastore, alias: "production", require: async () => true });
  expect((await settled).to).toBe(1);
});

test("promote without an alias, or with what are no options, says what is wanted", async () => {
  const { datastore } = await versions({});
  const call = models.promote as (...args: unknown[]) => Promise<unknown>;
  await expect(call("churn", 1)).rejects.toThrow(/Cannot read these options because they are not an object: undefined/);
  await expect(call("churn", 1, null)).rejects.toThrow(/not an object: null/);
  await expect(call("churn", 1, { datastore })).rejects.toThrow(/Cannot use the alias undefined/);
  const alias = "production";
  await expect(call("churn", 1, { datastore, alias, require: true })).rejects.toThrow(
    /require is not a function: true/,
  );
  await expect((models.history as typeof call)("churn", null)).rejects.toThrow(/not an object: null/);
});

test("NaN, Infinity and -Infinity are three values of a metric", async () => {
  const { datastore } = await versions({ loss: NaN }, { loss: Infinity }, { loss: -Infinity }, { loss: NaN });
  expect(await models.diff("churn@1", "churn@2", { datastore })).toEqual([
    { part: "metric", name: "loss", from: NaN, to: Infinity },
  ]);
  expect(await models.diff("churn@2", "churn@3", { datastore })).toHaveLength(1);
  expect(await models.diff("churn@1", "churn@4", { datastore })).toEqual([]);
});

test("each move is later than the one before, also where a clock stepped back", async () => {
  const { store, datastore } = await versions({}, {});
  const clock = vi.spyOn(Date, "now").mockReturnValue(Date.parse("2026-03-01T12:00Z"));
  try {
    await promote(store, { ...PRODUCTION, number: 1, expect: null });
    await promote(store, { ...PRODUCTION, number: 2, expect: 1 });
    clock.mockReturnValue(Date.parse("2026-03-01T11:00Z"));
    await promote(store, { ...PRODUCTION, number: 1, expect: 2 });
  } finally {
    clock.mockRestore();
  }
  const moves = await models.history("churn", { datastore });
  for (const { at, to } of moves) expect(await models.history("churn", { datastore, at })).toEqual({ production: to });
  expect(new Set(moves.map(({ at }) => at.getTime())).size).toBe(3);
});

test("who removes a version that another has just removed is told so, and takes nothing back", async () => {
  const { store, datastore } = await versions({}, {});
  const { create, list } = store.storage;
  // Another process removes it between the look and the write; then somebody lets an alias point to it.
  store.storage.create = (key, chunks) => {
    store.storage.create = create;
    removeReferenced(store, { ...ANYONE, username: "bob", reference: "churn@1" });
    return store.storage.create(key, chunks);
  };
  const late = () => removeReferenced(store, { ...ANYONE, reference: "churn@1" });
  expect(late).toThrow(/Cannot use churn@1 because bob removed it/);
  expect(list.call(store.storage, "models/churn/removals")).toEqual(["1.json"]);
  await expect(models.get("churn@1", { datastore })).rejects.toThrow(/bob removed it/);
});

test("the last move of an alias is found among hundreds of others", async () => {
  const { store } = await versions({}, {});
  await promote(store, { ...PRODUCTION, number: 1, expect: null, reason: "the first" });
  for (let at = 0; at < 140; at += 1)
    await promote(store, { ...PRODUCTION, alias: "staging", number: 1 + (at % 2), expect: undefined });
  const moves = new ModelStore(store);
  const upTo = moves.aliases("churn").sequence;
  expect(upTo).toBe(141);
  expect(moves.lastMoveOf("churn", { alias: "production", upTo })).toMatchObject({ sequence: 1, reason: "the first" });
  expect(moves.lastMoveOf("churn", { alias: "staging", upTo: 100 })?.sequence).toBe(100);
  expect(moves.lastMoveOf("churn", { alias: "none", upTo })).toBeNull();
});

test("a folder in the place of the next version or move is an error that names it, and no endless loop", async () => {
  const { datastore, train } = await versions({});
  const pathspec = pathspecOf(train("20260102-000000000-aaaaa", 8));
  fs.mkdirSync(path.join(datastore, "models/churn/versions/2.json"));
  await expect(models.register("churn", pathspec, { datastore })).rejects.toThrow(/models\/churn\/versions\/2.json/);
  fs.mkdirSync(path.join(datastore, "models/churn/moves/000001.json"), { recursive: true });
  const move = models.promote("churn", 1, { datastore, alias: "production" });
  await expect(move).rejects.toThrow(/models\/churn\/moves\/000001.json/);
});

test("a folder in the place of a removal is named, and the version stays", async () => {
  const { datastore } = await versions({});
  const key = modelRemovalKey("churn", 1);
  fs.mkdirSync(path.join(datastore, key), { recursive: true });
  await expect(models.remove("churn@1", { datastore })).rejects.toMatchObject({
    code: "MILLRACE_STORAGE",
    headline: `Cannot write ${key} because something is there that is not a record`,
  });
  expect(await models.get("churn@1", { datastore })).toMatchObject({ number: 1 });
  fs.rmdirSync(path.join(datastore, key));
  await models.remove("churn@1", { datastore });
  await expect(models.get("churn@1", { datastore })).rejects.toThrow(/removed it/);
});

test("a server is not called wrong because the store does not answer, but because its version is gone or damaged", async () => {
  const { datastore, store } = await versions({}, {});
  const { artifact } = new ModelStore(store).version("churn", 1);
  const now = Date.now();
  const server = { model: "churn", number: 1, hash: artifact.hash, service: "Churn", address: "http://localhost:1" };
  for (const [id, reference] of Object.entries({ a: "churn@1", b: "churn@production" }))
    new ModelServers(store.storage).write({
      ...{ ...server, id, reference, host: "other", pid: 7, startedAt: now, time: now, endedAt: null },
    });
  const states = () => serverStates(store, "churn").map(({ state, wanted }) => [state, wanted]);
  expect(states()).toEqual([
    ["right", 1],
    ["wrong", null],
  ]);
  const key = modelVersionKey("churn", 1);
  const silent = new MillraceError({ code: "MILLRACE_STORAGE", headline: "Cannot read: the bucket does not answer" });
  const read = (of: string) => {
    if (of === key) throw silent;
    return store.storage.read(of);
  };
  expect(() => serverStates(datastoreOn({ ...store.storage, read }), "churn")).toThrow(silent);
  fs.writeFileSync(path.join(datastore, key), "{}");
  expect(states()[0]).toEqual(["wrong", null]);
});
