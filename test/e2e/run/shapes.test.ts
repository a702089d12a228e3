import fs from "node:fs";
import { describe, expect, test } from "vitest";
import {
  artifactOfAll,
  millrace,
  readArtifacts,
  readParameters,
  ROOT,
  runFlow,
  tasksOf,
  withRun,
} from "../../rigs/harness.ts";

describe("shapes of flows", () => {
  test("three foreaches nest, with a branch in the innermost", async () => {
    const run = await runFlow("nested.ts");
    expect(run.code).toBe(0);
    const towns = ["earth", "mars"].flatMap((planet) => ["north", "south"].map((side) => `${planet}-${side}`));
    const labels = towns.flatMap((town) =>
      ["a", "b", "c"].map((last, at) => `${`${town}-${last}`.toUpperCase()}${at}/${town}-${last}`),
    );
    expect(readArtifacts(run, "joinPlanets")["labels"]).toEqual(labels);
    expect(tasksOf(run, "town")).toHaveLength(12);
    const frames = artifactOfAll(run, "town", "frames");
    expect(frames).toContainEqual([
      { step: "start", index: 1, size: 2, input: "mars", label: "mars" },
      { step: "planet", index: 0, size: 2, input: "mars-north", label: "mars-north" },
      { step: "region", index: 2, size: 3, input: "mars-north-c", label: "mars-north-c" },
    ]);
    expect(artifactOfAll(run, "town", "label")).toContain("mars-north-c=mars-north-c@2");
  });

  test("a branch holds a foreach and a switch, its join splits over a generator, then over nothing", async () => {
    const run = await runFlow("branches.ts");
    expect(run.code).toBe(0);
    expect(readArtifacts(run, "meet")).toMatchObject({ words: ["x0", "y1", "deep"], numbers: [1, 2, 3] });
    expect(readArtifacts(run, "collect")).toMatchObject({ squares: [1, 4, 9], words: ["x0", "y1", "deep"] });
    expect(readArtifacts(run, "empty")["emptyCount"]).toBe(0);
    expect(tasksOf(run, "unreached")).toHaveLength(0);
    expect(tasksOf(run, "quick")).toHaveLength(0);
  });

  test("a switch loops, alone and in a foreach, falls back to default, and names the cases of an unknown value", async () => {
    const run = await runFlow("loops.ts");
    expect(tasksOf(run, "start")).toHaveLength(4);
    expect(readArtifacts(run, "gather")["total"]).toEqual([1, 3]);
    expect(tasksOf(run, "each")).toHaveLength(4);
    expect(readArtifacts(run, "shrug")["answer"]).toBe("shrug");
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('Cannot choose after step strict because no case fits: this.answer is "shrug"');
    expect(run.stderr).toContain("cases: praise, other");
  });

  test.each([
    ["big", ["p1", "p2", "q"]],
    ["small", ["small", "q"]],
  ])(
    "a loop holds a foreach, a branch a branch, and a switch leads into a branch or past it: %s",
    async (size, trail) => {
      const run = await runFlow("mixed.ts", ["run", "--size", size]);
      expect(run.stderr).toContain("succeeded MixedFlow");
      expect(readArtifacts(run, "meet")).toMatchObject({ sums: [1, 6, 18], trail });
      expect(tasksOf(run, "body")).toHaveLength(6);
    },
  );

  test("a thousand tasks run and meet in order", async () => {
    const run = await runFlow("thousand.ts");
    expect(run.code).toBe(0);
    expect(readArtifacts(run, "collect")).toMatchObject({ sum: 999_000, isInOrder: true });
    expect(tasksOf(run, "compute")).toHaveLength(1000);
  });

  test("a flow inherits steps, parameters and decorators, and starts and ends where it says", async () => {
    const run = await runFlow("inherited.ts", ["run", "--factor", "5"]);
    expect(run.code).toBe(0);
    expect(run.flow).toBe("DerivedFlow");
    expect(readArtifacts(run, "finish")["trail"]).toEqual(["base begin", "derived work", "extra", "finish 5"]);
    expect(run.summary.tasks.map((task) => task.step)).toEqual(["begin", "work", "extra", "finish"]);
  });

  test("millrace run file.ts#Name runs another flow of the file, here one of a single step", async () => {
    const run = withRun(await millrace(["run", "test/e2e/flows/inherited.ts#SingleFlow"], { cwd: ROOT }));
    expect(run.code).toBe(0);
    expect(run.flow).toBe("SingleFlow");
    expect(readArtifacts(run, "only")).toEqual({ done: true });
  });

  test("numParallel starts a gang whose tasks know their place", async () => {
    const run = await runFlow("gang.ts");
    expect(run.code).toBe(0);
    const node = (nodeIndex: number) => ({ mainHost: "127.0.0.1", numNodes: 2, nodeIndex });
    expect(readArtifacts(run, "gather")["nodes"]).toEqual([node(0), node(1)]);
  });

  test("current tells a task what it is", async () => {
    const run = await runFlow("current.ts", ["run", "--tag", "a", "--tag", "b"], { env: { MILLRACE_USER: "ada" } });
    expect(run.code).toBe(0);
    const { facts, outside, tempFile, before } = readArtifacts(run, "start") as Record<string, Record<string, unknown>>;
    const [task] = tasksOf(run, "start");
    expect(facts).toEqual({
      flowName: "CurrentFlow",
      runId: run.run,
      stepName: "start",
      taskId: String(task?.task),
      pathspec: `CurrentFlow/${run.run}/start/${String(task?.task)}`,
      attempt: 0,
      originRunId: null,
      username: "ada",
      namespace: "user:ada",
      tags: ["a", "b"],
      engine: "local",
      parameters: { size: 4 },
      isRunning: true,
      isAborted: false,
    });
    expect(before).toBe(false);
    expect(outside).toContain("because step start is not part of a gang");
    expect(fs.existsSync(tempFile as unknown as string)).toBe(false);
    expect(readParameters(run)).toEqual({ size: 4 });
  });
});
