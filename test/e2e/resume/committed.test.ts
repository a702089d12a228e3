import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { logOf, millrace, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { flowFile } from "./started-flow.ts";

const FLOW = flowFile("committed.ts");

function scene(lastReport: string, more: Record<string, string> = {}) {
  const folder = temporaryFolder();
  const RAN_FILE = path.join(folder, "ran");
  const hook = `--import ${new URL("no-last-report.mjs", import.meta.url).href}`;
  return {
    datastore: path.join(folder, "store"),
    env: { RAN_FILE, LAST_REPORT: lastReport, NODE_OPTIONS: hook, ...more },
    ran: () => fs.readFileSync(RAN_FILE, "utf8").trim().split("\n"),
  };
}

describe("a task that has committed, and whose process could not say so", () => {
  test("is done where the process was killed: the run goes on, and nothing runs twice", async () => {
    const { datastore, env, ran } = scene("commits:kill");
    const run = withRun(await millrace(["run", FLOW], { datastore, env }));
    expect(run.code, run.stderr).toBe(0);
    expect(logOf(run, "end")).toBe("7\n");
    expect(ran()).toEqual(["commits"]);
  });

  test("is done where it was stopped and starved when another task failed: a resume does not run it again", async () => {
    const { datastore, env, ran } = scene("commits:stop", { FAILS: "1" });
    const run = withRun(await millrace(["run", FLOW, "--max-workers", "2"], { datastore, env }));
    expect(run.code).toBe(1);
    const [commits] = run.summary.tasks.filter(({ step }) => step === "commits");
    expect(commits).toMatchObject({ status: "succeeded" });
    const resumed = withRun(await millrace(["resume", FLOW], { datastore, env: { RAN_FILE: env.RAN_FILE } }));
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(logOf(resumed, "end")).toBe("7\n");
    expect(ran()).toEqual(["commits"]);
  });

  test("is done as well where each task has a process of its own", async () => {
    const { datastore, env, ran } = scene("commits:stop", { FAILS: "1" });
    const run = withRun(
      await millrace(["run", FLOW, "--max-workers", "2", "--isolation", "process"], { datastore, env }),
    );
    expect(run.code).toBe(1);
    expect(
      [...run.store.record(run.flow, run.run).events()].filter(({ type }) => type === "task-succeeded"),
    ).toHaveLength(2);
    expect(ran()).toEqual(["commits"]);
  });
});
