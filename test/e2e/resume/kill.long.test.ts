import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import type { RunEvent } from "../../../runtime/datastore/run-event.ts";
import { millrace, readArtifacts, tsx, withRun } from "../../rigs/harness.ts";
import { flowFile, startFlow } from "./started-flow.ts";
import { scene } from "./trace.ts";

const SHAPES = flowFile("shapes.ts");

/** Makes the scheduler kill itself the moment it has written that line of its journal. */
function killAt(line: number): Record<string, string> {
  return { KILL_AT_LINE: `${line}`, NODE_OPTIONS: `--import ${new URL("kill-at-line.mjs", import.meta.url).href}` };
}

/** `step@path` of the tasks that a run committed, whether or not its journal says so. */
function committed(datastore: string): string[] {
  const store = openDatastore(datastore);
  const [run = ""] = store.runs("ShapesFlow");
  const record = store.record("ShapesFlow", run);
  const succeeded = new Set(
    [...record.committed()].flatMap(({ result }) => (result.status === "succeeded" ? [result.task] : [])),
  );
  return [...record.events()].flatMap((event) =>
    event.type === "task-started" && succeeded.has(event.task) ? [`${event.step}@${event.path}`] : [],
  );
}

function started(events: Iterable<RunEvent>): string[] {
  return [...events].flatMap((event) => (event.type === "task-started" ? [`${event.step}@${event.path}`] : []));
}

describe("a run whose scheduler is killed", () => {
  // The journal of an undisturbed run has 30 lines.
  test.concurrent.each([1, 2, 4, 7, 10, 13, 17, 21, 25, 29])(
    "at line %i of its journal resumes to the undisturbed result; no committed task runs again",
    async (line) => {
      const { datastore, env } = scene();
      const run = startFlow(SHAPES, ["run"], { datastore, env: { ...env, ...killAt(line) } });
      expect(await run.exit()).toMatchObject({ signal: "SIGKILL" });
      await run.allGone();
      const before = committed(datastore);
      const resumed = withRun(await millrace(["resume", SHAPES], { datastore, env }));
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(readArtifacts(resumed, "end")).toMatchObject({ result: "sum 30 after 3", total: 30, rounds: 3 });
      expect(resumed.summary.tasks).toHaveLength(14);
      const again = started(resumed.store.record(resumed.flow, resumed.run).events());
      expect(again.filter((task) => before.includes(task))).toEqual([]);
      expect(again.length + before.length).toBe(14);
    },
  );

  test("in the middle of a line of its journal resumes just as well", async () => {
    const { datastore, env } = scene();
    const run = startFlow(SHAPES, ["run"], { datastore, env: { ...env, ...killAt(12) } });
    await run.exit();
    await run.allGone();
    const [id = ""] = openDatastore(datastore).runs("ShapesFlow");
    const journal = path.join(datastore, "flows/ShapesFlow", id, "journal.jsonl");
    fs.truncateSync(journal, fs.statSync(journal).size - 20);
    const resumed = withRun(await millrace(["resume", SHAPES], { datastore, env }));
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(readArtifacts(resumed, "end")).toMatchObject({ result: "sum 30 after 3" });
  });

  test("leaves no worker behind, even one that is busy, nor what that has spawned", async () => {
    const { datastore, env } = scene();
    const run = startFlow(flowFile("busy.ts"), ["run"], { datastore, env: { ...env, CHILDREN: "yes" } });
    await run.event((event) => event.type === "task-started" && event.step === "work");
    await run.said("spawned");
    expect(run.processes().length).toBeGreaterThanOrEqual(3);
    process.kill(run.pid, "SIGKILL");
    await run.exit();
    await run.allGone();
    expect(run.processes()).toEqual([]);
  });

  test("is shown as stale, not as running for ever", async () => {
    const { datastore, env } = scene();
    const run = startFlow(flowFile("busy.ts"), ["run"], { datastore, env });
    await run.event((event) => event.type === "task-started" && event.step === "work");
    process.kill(run.pid, "SIGKILL");
    await run.exit();
    const listed = await millrace(["runs", flowFile("busy.ts"), "--json"], { datastore });
    expect(listed.stdout).toContain('"stale"');
    await run.allGone();
  });
});

test("a run that is still going on is not resumed", async () => {
  const { datastore, env } = scene();
  const run = startFlow(flowFile("busy.ts"), ["run"], { datastore, env });
  await run.event((event) => event.type === "task-started" && event.step === "work");
  const resumed = await tsx(flowFile("busy.ts"), ["resume"], { datastore, env });
  expect(resumed.code).toBe(2);
  expect(resumed.stderr).toMatch(new RegExp(`still running \\(process ${run.pid}\\)`));
  process.kill(run.pid, "SIGKILL");
  await run.exit();
  await run.allGone();
});

describe("a worker that is killed in the middle of a task", () => {
  test("fails the attempt, and the task is tried again where it asks for that", async () => {
    const at = scene();
    const run = withRun(await millrace(["run", flowFile("killed.ts"), "--with", "retry:times=1,delay=0s"], at));
    expect(run.code, run.stderr).toBe(0);
    expect(run.stderr).toContain("SIGKILL");
    const [work] = run.summary.tasks.filter(({ step }) => step === "work");
    expect(work?.attempts.map(({ status }) => status)).toEqual(["failed", "succeeded"]);
    expect(at.ran()).toEqual(["work"]);
  });

  test("fails the run otherwise, saying how the process ended; resume runs that task alone", async () => {
    const at = scene();
    const failed = await millrace(["run", flowFile("killed.ts")], at);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/failed work\/2 attempt 0\n\s+its process was ended by SIGKILL/);
    const resumed = withRun(await millrace(["resume", flowFile("killed.ts")], at));
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.summary.tasks.map(({ step, isReused }) => [step, isReused])).toEqual([
      ["start", true],
      ["work", false],
      ["end", false],
    ]);
  });
});
