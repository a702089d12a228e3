import { spawn } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { readRelease } from "../../../runtime/datastore/kinds/release.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import { deployedTask, finishingTask, TASK_VARIABLES, type TaskPlan } from "../../../runtime/deploy/deployed-task.ts";
import { processSettings } from "../../../runtime/config.ts";
import { toldItemsKey } from "../../../runtime/datastore/telling-task.ts";
import { DOCKER, IMAGE } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { deployedForTest } from "../../rigs/foreign/deployed-for-test.ts";
import { folderOfFile, millrace, withRun } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { hashesOf } from "../../matrix/hashes-of.ts";

const SCORES = `
  import { current, FlowSpec, main, onExit, step } from "millrace";
  @onExit({ success: (run) => console.log("hook", run.status) })
  class ScoreFlow extends FlowSpec {
    items = ["a", "bc"];
    @step start() { this.next(this.fit, { foreach: "items" }); }
    @step fit(item: string) { console.log("fits", item, "on", current.engine); this.score = item.length; this.next(this.join); }
    @step join(inputs) { this.scores = inputs.map((one) => one.score); this.next(this.end); }
    @step end() {}
  }
  main(ScoreFlow);
`;

describeWith(DOCKER, "tasks of a deployed run, in containers", () => {
  test("a container needs nothing but what the target tells it", { timeout: 240_000 }, async () => {
    const cwd = makeProject({ "package.json": ESM, "tsconfig.json": STANDARD, "flow.ts": SCORES });
    const datastore = path.join(folderOfFile(), "store");
    const env = { MILLRACE_IMAGE: IMAGE };
    const before = withRun(await millrace(["run", "flow.ts", "--with", "docker"], { cwd, datastore, env }));
    expect(before.code, before.stderr).toBe(0);
    const { version, store } = deployedForTest(datastore, before);
    const release = readRelease(store.blobs, version.release);
    const settings = processSettings();
    const plan: TaskPlan = {
      ...{ name: version.deployment, version, graph: release.graph, release, store, settings },
      engineOf: () => "docker",
    };
    const here = { MILLRACE_DATASTORE: datastore, MILLRACE_RUNTIME: release.shipment?.runtime ?? "" };
    const fire = { [TASK_VARIABLES.fire]: "hand/1", ...here };
    const started = async (step: string, at = "") => {
      const { command, env } = deployedTask(plan, step);
      return spawned(command, { ...env, ...fire, [TASK_VARIABLES.at]: at });
    };
    expect(await started("start")).toMatchObject({ code: 0 });
    const telling = { deployment: version.deployment, fire: "hand/1", step: "start", at: "" };
    expect(Buffer.from(store.storage.read(toldItemsKey(telling))!).toString()).toBe("[0,1]");
    expect(await started("fit", "1")).toMatchObject({ code: 0, output: expect.stringContaining("fits bc on docker") });
    expect(await started("join")).toMatchObject({ code: 96, output: expect.stringContaining("not all children") });
    expect(await started("fit", "0")).toMatchObject({ code: 0 });
    expect(await started("join")).toMatchObject({ code: 0 });
    expect(await started("end")).toMatchObject({ code: 0, output: expect.stringContaining("hook succeeded") });
    const finish = finishingTask(plan);
    const over = await spawned(finish.command, { ...finish.env, ...fire, [TASK_VARIABLES.finish]: "succeeded" });
    expect(over).toMatchObject({ code: 0, output: "" });
    const run = openDatastore(datastore).runs("ScoreFlow").at(-1)!;
    expect(readRun(store, { flow: "ScoreFlow", run }).status).toBe("succeeded");
    const of = { datastore, className: "ScoreFlow" };
    expect(hashesOf(of, run)).toEqual(hashesOf(of, before.run));
  });
});

function spawned(command: readonly string[], env: Readonly<Record<string, string>>) {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env } });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, output })),
  );
}
