import fs from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { processSettings } from "../../../runtime/config.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { readRun, readRunHeader } from "../../../runtime/datastore/reader/read-run.ts";
import { beginPending, type PendingRunOptions } from "../../../runtime/launch/detached/begin-pending.ts";
import { newRunId } from "../../../runtime/datastore/new-run-id.ts";
import { resolveRunOptions } from "../../../runtime/launch/run/run-options.ts";
import { folderOfFile, millrace, withRun } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";

const SCORES = `
  import { FlowSpec, main, parameter, step } from "millrace";
  class ScoreFlow extends FlowSpec {
    @parameter() factor = 2;
    @step start() { this.score = 21 * this.factor; this.next(this.end); }
    @step end() {}
  }
  main(ScoreFlow);
`;

let release = "";
let cwd = "";
const datastore = path.join(folderOfFile(), "store");

beforeAll(async () => {
  cwd = makeProject({ "package.json": ESM, "tsconfig.json": STANDARD, "flow.ts": SCORES });
  const run = withRun(await millrace(["run", "flow.ts"], { cwd, datastore }));
  release = run.summary.document.release ?? "";
});

function pending(of: Partial<PendingRunOptions> = {}): PendingRunOptions {
  const settings = processSettings();
  return {
    ...{ settings, release, run: newRunId(Date.now()), texts: { factor: "2" }, tags: ["nightly"] },
    deployment: { name: "scores", version: 3, target: "local" },
    trigger: { events: [], runs: [], scheduledAt: 1_772_341_200_000 },
    ...{ programName: "millrace", options: resolveRunOptions({}, settings), username: "ada" },
    ...{ project: null, awaits: "a scheduler" },
    ...of,
  };
}

test("a pending run has all that drive needs, and says which deployment and instant it is of", async () => {
  const store = openDatastore(datastore);
  const of = pending();
  const document = await beginPending(store, of);
  expect(document).toMatchObject({ flow: "ScoreFlow", run: of.run, username: "ada", tags: ["nightly"] });
  expect(document).toMatchObject({ deployment: of.deployment, trigger: of.trigger });
  expect(readRunHeader(store, { flow: "ScoreFlow", run: of.run }).status).toBe("pending");
  const driven = await millrace(["drive", `ScoreFlow/${of.run}`], { cwd, datastore });
  expect(driven.code, driven.stderr).toBe(0);
  expect(readRun(store, { flow: "ScoreFlow", run: of.run })).toMatchObject({ status: "succeeded", document });
});

test("begun by several at once, and again after each of its writes was lost, it is one whole run", async () => {
  const store = openDatastore(datastore);
  const of = pending();
  const place = { flow: "ScoreFlow", run: of.run };
  const documents = await Promise.all(Array.from({ length: 4 }, () => beginPending(openDatastore(datastore), of)));
  for (const document of documents) expect(document).toEqual(documents[0]);
  for (const name of ["heartbeat.json", "launch.json"]) {
    fs.rmSync(path.join(datastore, "flows", "ScoreFlow", of.run, name));
    expect(await beginPending(store, { ...of, texts: { factor: "5" } })).toEqual(documents[0]);
    expect(readRunHeader(store, place).status).toBe("pending");
  }
  const driven = await millrace(["drive", `ScoreFlow/${of.run}`], { cwd, datastore });
  expect(driven.code, driven.stderr).toBe(0);
  await beginPending(store, of);
  expect(readRunHeader(store, place).status).toBe("succeeded");
});

test("a value that a parameter does not take leaves a failed run that says so, whoever asks again", async () => {
  const store = openDatastore(datastore);
  const of = pending({ texts: { factor: "much" } });
  const place = { flow: "ScoreFlow", run: of.run };
  await beginPending(store, of);
  const failed = { status: "failed", reason: expect.stringContaining("factor") as string };
  expect(readRunHeader(store, place)).toMatchObject(failed);
  fs.rmSync(path.join(datastore, "flows", "ScoreFlow", of.run, "journal.jsonl"));
  await beginPending(store, { ...of, texts: { factor: "3" } });
  expect(readRunHeader(store, place)).toMatchObject(failed);
  const unknown = pending({ texts: { exponent: "2" } });
  await beginPending(store, unknown);
  expect(readRunHeader(store, { flow: "ScoreFlow", run: unknown.run }).reason).toContain("no parameter exponent");
  const fsck = await millrace(["fsck"], { cwd, datastore });
  expect(fsck.code, fsck.stdout).toBe(0);
});
