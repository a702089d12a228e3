import path from "node:path";
import { describe, expect, test } from "vitest";
import { millrace, readArtifacts, ROOT, runFlow, tasksOf, withRun } from "../../rigs/harness.ts";
import { startFlow } from "../resume/started-flow.ts";
import { scene } from "../resume/trace.ts";

const FLOW = path.join(ROOT, "test/e2e/flows/checkpoint.ts");
const ITEMS = ["throws", "dies", "stalls", "goes on"];
const RESULTS = Object.fromEntries(ITEMS.map((item) => [item, [0, 1, 2, 3].map((round) => item.length + round)]));
const EACH_ROUND_ONCE = ITEMS.flatMap((item) => [0, 1, 2, 3].map((round) => `${item} ${round}`)).sort();

function rounds(lines: readonly string[]): string[] {
  return lines.filter((line) => !line.includes("from"));
}

describe("@checkpoint", () => {
  test("survives a throw and a SIGKILL of the worker: the next attempt of that item goes on where it was", async () => {
    const at = scene();
    const run = await runFlow(FLOW, ["run"], at);
    expect(run.code, run.stderr).toBe(0);
    expect(readArtifacts(run, "end")["results"]).toEqual(RESULTS);
    expect(rounds(at.ran())).toEqual(EACH_ROUND_ONCE);
    expect(at.ran().filter((line) => line.includes("from"))).toEqual([
      "dies from 0",
      "dies from 2",
      "goes on from 0",
      "stalls from 0",
      "throws from 0",
      "throws from 2",
    ]);
    expect(tasksOf(run, "work").map(({ attempt }) => attempt)).toEqual([1, 1, 0, 0]);
  });

  test("survives a SIGKILL of the whole run: a resume goes on where each item was", async () => {
    const at = scene();
    const killed = startFlow(FLOW, ["run", "--max-workers", "4"], { ...at, env: { ...at.env, STALL: "yes" } });
    await killed.said("stalled");
    process.kill(killed.pid, "SIGKILL");
    await killed.exit();
    await killed.allGone();
    const resumed = withRun(await millrace(["resume", FLOW], at));
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(readArtifacts(resumed, "end")["results"]).toEqual(RESULTS);
    expect(at.ran()).toContain("stalls from 2");
    expect(rounds(at.ran()).filter((line) => line.startsWith("stalls"))).toEqual(
      EACH_ROUND_ONCE.filter((line) => line.startsWith("stalls")),
    );
  });

  test("is found through a resume of a resume", async () => {
    const at = scene();
    const stalling = { ...at, env: { ...at.env, STALL: "yes" } };
    const killed = startFlow(FLOW, ["run", "--max-workers", "4"], stalling);
    await killed.said("stalled");
    process.kill(killed.pid, "SIGKILL");
    await killed.exit();
    await killed.allGone();
    const failed = await millrace(["resume", FLOW], { ...at, env: { ...at.env, FAIL_AT: "stalls from 2" } });
    expect(failed.code, failed.stderr).toBe(1);
    const resumed = withRun(await millrace(["resume", FLOW], at));
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(readArtifacts(resumed, "end")["results"]).toEqual(RESULTS);
    expect(at.ran()).not.toContain("stalls from 4");
    expect(at.ran().filter((line) => line === "stalls 0")).toHaveLength(1);
  });

  test("starts from nothing in a run of its own", async () => {
    const at = scene();
    await runFlow(FLOW, ["run"], at);
    const second = await runFlow(FLOW, ["run"], at);
    expect(second.code).toBe(0);
    expect(at.ran().filter((line) => line === "goes on from 0")).toHaveLength(2);
  });

  test.each(["save", "load"])("%s fails in a step without the decorator, and says what to write", async (call) => {
    const { code, stderr } = await runFlow("no-checkpoint.ts", ["run"], { env: { CALL: call } });
    expect(code).toBe(1);
    expect(stderr).toContain("Cannot use current.checkpoint because step start does not declare one");
    expect(stderr).toContain("write @checkpoint() before @step start");
  });

  test("can be added from outside", async () => {
    const run = await runFlow("no-checkpoint.ts", ["run", "--with", "checkpoint"]);
    expect(run.code, run.stderr).toBe(0);
  });
});
