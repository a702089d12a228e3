import { beforeAll, describe, expect, test } from "vitest";
import { type FlowRun, logOf, readArtifacts, runFlow, tasksOf, tsx } from "../../rigs/harness.ts";

let run: FlowRun;

beforeAll(async () => {
  run = await runFlow("hostile.ts");
});

describe("a flow of legal oddities", () => {
  test("ends, though its module keeps a timer and a step sent messages, moved away and closed its output", () => {
    expect(run.code, run.stderr).toBe(0);
    expect(logOf(run, "end")).toBe("over\n");
  });

  test("and leaves a sound record", async () => {
    const seen = await tsx("hostile.ts", ["fsck"], { datastore: run.datastore });
    expect(seen.code, seen.stdout + seen.stderr).toBe(0);
  });

  test("hands the item to a parameter with a default, and null stays null", () => {
    const { seen } = readArtifacts(run, "end") as { seen: Record<string, unknown> };
    expect(seen).toEqual({ received: [1, 2, 3], nothing: [null, null, null], text: "[object Object]" });
  });

  test("merges the inputs that are given, and only those", () => {
    expect(readArtifacts(run, "end")).toMatchObject({ isKept: true, level: 2 });
  });

  test("catches an error with an endless message and one whose parts are no texts, after its retry", () => {
    const { long, odd } = readArtifacts(run, "end") as { long: Error; odd: Error };
    expect(long.message).toMatch(/^x{1000}/);
    expect(odd.message).toBe("real");
    expect(tasksOf(run, "oddError")[0]?.attempts).toHaveLength(2);
  });
});
