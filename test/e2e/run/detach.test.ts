import fs from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { hashesOf } from "../../matrix/hashes-of.ts";
import { millrace } from "../../rigs/harness.ts";
import { detached, type DetachedProject, detachedProject, ended, go, headerOf, TRAINING } from "./detached-project.ts";

/** Its folds wait until the test lets them go. */
function project(source?: string): DetachedProject {
  const at = detachedProject(source);
  return { ...at, env: { ...at.env, GO: at.go } };
}

/** Of the process in the background. */
function schedulerOf(at: DetachedProject, run: string): number {
  return openDatastore(at.datastore).record("TrainFlow", run).heartbeat()?.pid ?? 0;
}

test("run --detach prints the run's id alone and returns; the run goes on to the same artifacts", async () => {
  const at = project();
  const file = path.join(at.cwd, "id");
  const begun = await millrace(["run", "flow.ts", "--detach", "--rate", "2", "--run-id-file", file], at);
  expect(begun.code, begun.stderr).toBe(0);
  const run = begun.stdout.trim();
  expect(run).toMatch(/^\d{8}-\d{9}-\w{5}$/);
  expect(fs.readFileSync(file, "utf8")).toBe(run);
  expect(begun.stderr).toContain(`status ${run}`);
  const shown = await millrace(["status", run], at);
  expect(shown.stdout).toContain(`TrainFlow/${run}  running`);
  expect(schedulerOf(at, run)).not.toBe(process.pid);

  go(at);
  expect(await ended(at, run)).toBe("succeeded");
  const here = project();
  go(here);
  const ordinary = await millrace(["run", "flow.ts", "--rate", "2"], here);
  expect(ordinary.code, ordinary.stderr).toBe(0);
  const [other = ""] = openDatastore(here.datastore).runs("TrainFlow");
  const hashes = (one: DetachedProject, id: string) =>
    hashesOf({ datastore: one.datastore, className: "TrainFlow" }, id);
  expect(hashes(at, run)).toEqual(hashes(here, other));
  const fsck = await millrace(["fsck"], at);
  expect(fsck.code, fsck.stdout).toBe(0);
});

test("its log says what run would have said, and --json where it is", async () => {
  const at = project();
  go(at);
  const begun = await millrace(["run", "flow.ts", "--detach", "--json", "--max-workers", "1"], at);
  expect(begun.code, begun.stderr).toBe(0);
  const { flow, run, log } = JSON.parse(begun.stdout) as { flow: string; run: string; log: string };
  expect(flow).toBe("TrainFlow");
  expect(await ended(at, run)).toBe("succeeded");
  await expect.poll(() => fs.readFileSync(log, "utf8")).toContain(`succeeded TrainFlow ${run}`);
  const attempts = openDatastore(at.datastore).record("TrainFlow", run).events();
  const order = [...attempts].flatMap(({ type }) =>
    type === "task-started" || type === "task-succeeded" ? [type] : [],
  );
  // One at a time, as was asked.
  expect(order).toEqual(Array.from({ length: 6 }, () => ["task-started", "task-succeeded"]).flat());
});

test("stop ends a detached run, and resume goes on from one whose scheduler was killed", async () => {
  const at = project();
  const stopped = await detached(at);
  const stop = await millrace(["stop", stopped], at);
  expect(stop.code, stop.stderr).toBe(0);
  expect(await ended(at, stopped)).toBe("failed");

  const killed = await detached(at);
  await expect
    .poll(() => [...openDatastore(at.datastore).record("TrainFlow", killed).events()].length)
    .toBeGreaterThan(3);
  process.kill(schedulerOf(at, killed), "SIGKILL");
  await expect.poll(() => headerOf(at, killed).status).toBe("stale");
  go(at);
  const resumed = await millrace(["resume", "flow.ts", "--origin-run-id", killed], at);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(resumed.stderr).toContain("✓ start: 1/1 done, 1 reused");
});

test("a scheduler that cannot begin is told at once, with what it said", async () => {
  const source = TRAINING.replace(
    "@step start()",
    '@secrets({ sources: [{ type: "env-file", path: ".env" }] }) @step start()',
  );
  const at = project(source);
  fs.writeFileSync(path.join(at.cwd, ".env"), "TOKEN=s3cret-value\n");
  // Read once by the command, and gone when its scheduler looks.
  const preload = path.join(at.cwd, "remove.cjs");
  fs.writeFileSync(
    preload,
    `if (process.argv.includes("drive")) require("node:fs").rmSync(${JSON.stringify(path.join(at.cwd, ".env"))});`,
  );
  const begun = await millrace(["run", "flow.ts", "--detach"], {
    ...at,
    env: { ...at.env, NODE_OPTIONS: `--require ${preload}` },
  });
  expect(begun.code).toBe(1);
  expect(begun.stderr).toContain("its scheduler ended before the first task: exit code 2");
  expect(begun.stderr).toContain(".env");
  expect(begun.stdout).toBe("");
});

test("a run gets one scheduler: another one leaves it alone", async () => {
  const at = project();
  const run = await detached(at);
  onTestFinished(() => go(at));
  const second = await millrace(["drive", `TrainFlow/${run}`], at);
  expect(second.code).not.toBe(0);
  expect(second.stderr).toMatch(/because process \d+ on \S+ has already become its scheduler/);
  go(at);
  expect(await ended(at, run)).toBe("succeeded");
  const ordinary = await millrace(["run", "flow.ts"], at);
  const id = /run (\S+)/.exec(ordinary.stderr)?.[1] ?? "";
  const refused = await millrace(["drive", `TrainFlow/${id}`], at);
  expect(refused.stderr).toContain("neither --detach nor a deployment started it");
});
