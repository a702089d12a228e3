import { describe, expect, test } from "vitest";
import { logOf, readArtifacts, runFlow } from "../../rigs/harness.ts";

const FRESH = { count: 1, history: 0, evaluations: 2, env: null, path: false, isAtHome: true };

describe("tasks do not see each other's traces", () => {
  test("in one warm process: modules, environment and working directory are fresh", async () => {
    const run = await runFlow("isolation.ts", ["run", "--max-workers", "1"]);
    expect(run.code).toBe(0);
    const { all, pids } = readArtifacts(run, "join") as { all: unknown[]; pids: number[] };
    expect(all).toEqual([FRESH, FRESH, FRESH, FRESH]);
    expect(new Set(pids).size).toBe(1);
  });

  test("--isolation process gives each task a process of its own", async () => {
    const run = await runFlow("isolation.ts", ["run", "--isolation", "process"]);
    expect(run.code).toBe(0);
    const { all, pids } = readArtifacts(run, "join") as { all: unknown[]; pids: number[] };
    expect(all).toEqual([FRESH, FRESH, FRESH, FRESH]);
    expect(new Set(pids).size).toBe(4);
  });

  test("what a task leaves running ends with it, and reaches no other task", async () => {
    const run = await runFlow("leftovers.ts", ["run", "--max-workers", "1"]);
    expect(readArtifacts(run, "join")["entries"]).toEqual([
      ["k", 1],
      ["l", 2],
    ]);
    // The child that was left behind may write in between: the pipe is shared.
    for (const index of [0, 1]) expect(logOf(run, "each", { index }).match(/x/g)).toHaveLength(300_000);
    expect(logOf(run, "join")).toBe("join\n");
    expect(logOf(run, "end")).toBe("the last words");
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("its process was ended by SIGKILL");
  });
});
