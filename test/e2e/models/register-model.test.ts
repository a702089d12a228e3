import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ModelStore } from "../../../runtime/catalog/models/model-store.ts";
import { registerVersion } from "../../../runtime/catalog/models/register-version.ts";
import { modelPendingKey } from "../../../runtime/datastore/kinds/model-pending.ts";
import { modelVersionKey } from "../../../runtime/datastore/kinds/model-version.ts";
import { models } from "../../../sdk/models/index.ts";
import { deployedForTest } from "../../rigs/foreign/deployed-for-test.ts";
import { ForeignScheduler } from "../../rigs/foreign/foreign-scheduler.ts";
import { runFlow, temporaryFolder, tsx } from "../../rigs/harness.ts";

const FLOW = path.join(import.meta.dirname, "flows/register.ts");

test("a step registers once its task is committed, once over its attempts, with the lineage of its run", async () => {
  const { code, stderr, datastore, run, store } = await runFlow(FLOW, ["run", "--fails", "2"]);
  expect(code, stderr).toBe(0);
  const [only, ...others] = await models.versions("churn", { datastore });
  expect([others, only?.metrics, String(only)]).toEqual([[], { auc: 0.9, attempt: 2 }, "churn@1"]);
  expect(await only?.load()).toEqual({ weights: [1, 2, 3] });
  const lineage = await only?.lineage();
  expect([lineage?.run.pathspec, lineage?.parameters]).toEqual([`RegisterFlow/${run}`, { fails: 2, dies: false }]);
  expect(store.storage.list("models/churn/pending")).toEqual([]);
}, 60_000);

test("a run that is resumed does not register again what was committed", async () => {
  const first = await runFlow(FLOW, ["run", "--dies", "true"]);
  expect(first.code).not.toBe(0);
  const { datastore } = first;
  expect(new ModelStore(first.store).numbers("churn")).toEqual([1]);
  const resumed = await tsx(FLOW, ["resume"], { datastore });
  // It ran, took over what had registered, and failed where the first did.
  expect(resumed.code, resumed.stderr).toBe(1);
  expect(first.store.runs("RegisterFlow")).toHaveLength(2);
  expect(new ModelStore(first.store).numbers("churn")).toEqual([1]);
}, 60_000);

test("a step that fails registers nothing", async () => {
  const { code, store } = await runFlow(FLOW, ["run", "--fails", "9"]);
  expect(code).toBe(1);
  expect(new ModelStore(store).numbers("churn")).toEqual([]);
}, 60_000);

test("a version whose process died after the commit is registered by whoever looks next, once", async () => {
  const { store, datastore } = await runFlow(FLOW);
  const version = new ModelStore(store).version("churn", 1);
  const { format, model, number: _, time: __, ...draft } = version;
  const [segment = ""] = store.storage.list(`flows/RegisterFlow/${draft.source.run}/results`);
  const pid = Number(segment.split("-")[0]);
  const key = modelPendingKey("churn", `${draft.registration}-0`);
  const pending = { format, what: "registration", model, after: 0, pid, draft } as const;
  const note = () => store.storage.write(key, [Buffer.from(JSON.stringify(pending))]);
  // As if it had died before it created the version, then after.
  store.storage.remove([modelVersionKey("churn", 1)]);
  for (let time = 0; time < 2; time += 1) {
    note();
    expect((await models.versions("churn", { datastore })).map(String)).toEqual(["churn@1"]);
    expect(store.storage.list("models/churn/pending")).toEqual([]);
  }
  expect(registerVersion(store, pending).number).toBe(1);
}, 60_000);

test("a version of a deployed run, whose tasks record themselves, is registered late as well", async () => {
  const { flow, run, datastore, store } = await runFlow(FLOW);
  const versions = path.join(datastore, "models/churn/versions");
  fs.rmSync(path.join(datastore, "models"), { recursive: true });
  // Nothing can be created under the next number: it is as if each process died after the commit.
  fs.mkdirSync(path.join(versions, "1.json"), { recursive: true });
  const deployed = deployedForTest(datastore, { flow, run });
  const foreign = new ForeignScheduler({ ...deployed, datastore, cwd: temporaryFolder() });
  const { status, ends } = await foreign.run();
  expect(status, JSON.stringify(ends)).toBe("succeeded");
  expect(store.storage.list("models/churn/pending")).toHaveLength(1);
  fs.rmdirSync(path.join(versions, "1.json"));
  const [late, ...others] = await models.versions("churn", { datastore });
  expect([String(late), others]).toEqual(["churn@1", []]);
  expect((await late?.lineage())?.run.pathspec).not.toBe(`RegisterFlow/${run}`);
}, 180_000);
