import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { loadArtifact, loadArtifacts } from "../../../runtime/datastore/load-artifact.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { logText } from "../../../runtime/datastore/stored-log-line.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import { tagsNow } from "../../../runtime/datastore/change-tags.ts";
import { Step } from "../../../sdk/client/index.ts";
import { millrace, readArtifacts, runFlow, tasksOf, temporaryFolder, withRun } from "../../rigs/harness.ts";

const GOLDEN = path.join(import.meta.dirname, "v1", "store");
const FLOW_FILE = path.join(import.meta.dirname, "flows", "harvest.ts");
const FLOW = "HarvestFlow";
const FAILED = "20261123-074703859-pxte8";
const RESUMED = "20261123-074704549-c1hjk";
const YIELDS = { wheat: 15, rye: 9, spelt: 15 };

const store = openDatastore(GOLDEN);

describe("a store that a run of format 1 left", () => {
  test("has its runs, oldest first, with their ends", () => {
    expect(store.runs(FLOW)).toEqual([FAILED, RESUMED]);
    const [failed, resumed] = store.runs(FLOW).map((run) => readRun(store, { flow: FLOW, run }));
    expect(failed).toMatchObject({ status: "failed", document: { username: "ada", originRun: null } });
    expect(resumed).toMatchObject({ status: "succeeded", document: { originRun: FAILED } });
    const parameters = loadArtifacts(store.blobs, resumed!.document.parameters);
    expect(parameters).toEqual({ tons: 3 });
  });

  test("has every artifact of every task", () => {
    const run = withRun({ code: 0, signal: null, stdout: "", stderr: "", events: [], datastore: GOLDEN });
    const prices = Float64Array.from({ length: 300 }, (_, day) => 100 + day / 4);
    const fields = new Map([
      ["wheat", { hectares: 0.5, sownAt: new Date("2026-03-01T00:00:00Z") }],
      ["rye", { hectares: 1.5, sownAt: new Date("2026-03-02T00:00:00Z") }],
      ["spelt", { hectares: 2.5, sownAt: new Date("2026-03-03T00:00:00Z") }],
    ]);
    expect(readArtifacts(run, "start")).toEqual({ crops: Object.keys(YIELDS), prices, fields });
    Object.entries(YIELDS).forEach(([crop, tons], index) => {
      expect(readArtifacts(run, "reap", { index })).toMatchObject({ crop, yield: tons, prices });
    });
    expect(readArtifacts(run, "end")).toEqual({
      crops: Object.keys(YIELDS),
      prices,
      fields,
      yields: YIELDS,
      total: 39n,
    });
  });

  test("has items, which were not labelled then", async () => {
    const step = await Step.get(`${FLOW}/${RESUMED}/reap`, { datastore: GOLDEN, namespace: "all" });
    const tasks = await step.tasks().toArray();
    expect(tasks.map(({ label }) => label)).toEqual(["", "", ""]);
    expect(await Promise.all(tasks.map(({ input }) => input))).toEqual(Object.keys(YIELDS));
    const { stdout } = await millrace(["logs", `${FLOW}/${FAILED}/reap`, "--datastore", GOLDEN]);
    expect(stdout).toContain("[reap/2] reaping wheat\n");
  });

  test("has what its tasks printed", () => {
    const record = store.record(FLOW, FAILED);
    const printed = (step: string, task: number) => logText(record.log({ step, task, attempt: 0 }));
    expect(["reap/2", "reap/3", "reap/4"].map((at) => printed("reap", Number(at.at(-1))))).toEqual([
      "reaping wheat\n",
      "reaping rye\n",
      "reaping spelt\n",
    ]);
    expect(printed("store", 5)).toBe("wägte alles\n");
  });

  test("has tags, a checkpoint and the error that ended a run", () => {
    const record = store.record(FLOW, FAILED);
    expect(tagsNow(store.storage, record.document())).toEqual(["wet", "early"]);
    const saved = record.checkpoint({ step: "store", path: "1" });
    expect(loadArtifact(store.blobs, "checkpoint", saved!.value)).toEqual({
      weighed: Object.keys(YIELDS),
      scale: Float32Array.of(0.5, 1.5),
    });
    expect([...record.events()].find(({ type }) => type === "task-failed")).toMatchObject({
      task: 6,
      error: { name: "Error", message: "hail" },
    });
  });

  test("has a step that was tried out, apart from the runs", () => {
    const [id = ""] = store.storage.list(`spins/${FLOW}`).map((name) => name.slice(0, -1));
    const record = store.spin(FLOW, id);
    const [tried] = [...record.committed()];
    expect(loadArtifacts(store.blobs, record.resultAt(tried!.locator).artifacts)).toMatchObject({
      crop: "wheat",
      yield: 15,
    });
  });
});

describe("a copy of that store", () => {
  test("is resumed: what was finished is reused, though another version wrote it", async () => {
    const run = await runFlow(FLOW_FILE, ["resume", "--origin-run-id", FAILED], { datastore: copied() });
    expect(run.summary.status).toBe("succeeded");
    expect(run.stdout + run.stderr).toContain("reuses 5 finished tasks");
    expect(readArtifacts(run, "end")).toMatchObject({ yields: YIELDS, total: 39n });
  });

  test("serves its cache to a new run, whose artifacts are the same to the byte", async () => {
    const run = await runFlow(FLOW_FILE, ["run"], { datastore: copied() });
    expect(run.summary.status).toBe("succeeded");
    for (const { task } of tasksOf(run, "reap")) {
      const log = run.store.record(run.flow, run.run).log({ step: "reap", task, attempt: 0 });
      expect(logText(log)).toContain(`taken from the cache: ${FLOW}/${FAILED}/reap/`);
    }
  });

  test("is listed by today's commands", async () => {
    const { stdout } = await millrace(["runs", FLOW_FILE], { datastore: copied() });
    expect(stdout).toMatch(new RegExp(`${RESUMED}\\s+succeeded[^]*${FAILED}\\s+failed[^]*wet`));
  });
});

function copied(): string {
  const folder = path.join(temporaryFolder(), "store");
  fs.cpSync(GOLDEN, folder, { recursive: true });
  return folder;
}
