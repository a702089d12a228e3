import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { hashesOf } from "../../matrix/hashes-of.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, readArtifacts, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { startFlow } from "../resume/started-flow.ts";
import { accountForFile, BATCH } from "./batch-for-file.ts";

const WIDE = fileURLToPath(new URL("flows/wide.ts", import.meta.url));
const CLASS = "WideFlow";

describeWith(BATCH, "jobs of AWS Batch that take further tasks", () => {
  const account = accountForFile();

  test("are as many as there are places, cost few requests, and leave the bytes that this machine leaves", async () => {
    const machine = await account().machine();
    const args = ["run", WIDE, "--remote", "--with", "reuse", "--count", "40", "--max-workers", "2"];
    const there = withRun(await millrace(args, machine));
    expect(there.code, there.stderr).toBe(0);
    expect(readArtifacts(there, "end")).toMatchObject({ total: 20_540 });
    expect((await machine.jobs()).length).toBe(2);
    expect((await account().proxy.requests()).filter(({ key }) => key === "submitjob")).toHaveLength(1);
    const datastore = path.join(temporaryFolder(), "here");
    const here = await millrace(["run", WIDE, "--count", "40"], { datastore });
    expect(here.code, here.stderr).toBe(0);
    const [run = ""] = openDatastore(datastore).runs(CLASS);
    const bytes = hashesOf({ datastore: machine.datastore, className: CLASS }, there.run);
    expect(bytes).toEqual(hashesOf({ datastore, className: CLASS }, run));
  });

  test("and are killed lose the task in hand alone: the others are interrupted and go on elsewhere", async () => {
    const machine = await account().machine();
    const args = ["run", WIDE, "--remote", "--with", "reuse", "--with", "retry:times=1", "--count", "30"];
    const run = startFlow(WIDE, [...args.slice(0, 1), ...args.slice(2), "--max-workers", "1"], machine);
    await run.event(({ type, ...event }) => type === "task-succeeded" && "task" in event && event.task > 4);
    const [id = ""] = openDatastore(machine.datastore).runs(CLASS);
    const { stdout } = spawnSync("docker", ["ps", "--quiet", "--filter", `name=${id}`], { encoding: "utf8" });
    const ours = stdout.trim().split("\n");
    expect(ours).toHaveLength(1);
    spawnSync("docker", ["kill", "--signal", "KILL", ...ours]);
    expect(await run.exit(), run.stderr()).toMatchObject({ code: 0 });
    const failed = run.events.filter(({ type, ...event }) => type === "task-failed" && !("isInterruption" in event));
    expect(failed.length).toBeLessThanOrEqual(1);
    const done = run.events.flatMap((event) => (event.type === "task-succeeded" ? [event.task] : []));
    expect(new Set(done).size).toBe(done.length);
    expect(done).toHaveLength(33);
  });
});
