import { describe, expect, test, beforeAll } from "vitest";
import { type FlowRun, logOf, readArtifacts, resultOf, runFlow } from "../../rigs/harness.ts";

describe("artifacts", () => {
  let run: FlowRun;
  beforeAll(async () => {
    run = await runFlow("artifacts.ts");
  });

  test("the run succeeds", () => {
    expect(run.stderr + run.stdout).toContain("succeeded ArtifactsFlow");
    expect(run.code).toBe(0);
  });

  test("an untouched artifact passes from step to step as the same reference", () => {
    const { big } = resultOf(run, "start").artifacts;
    expect(big?.size).toBeGreaterThan(400_000);
    for (const step of ["change", "left", "right"]) expect(resultOf(run, step).artifacts["big"]).toEqual(big);
  });

  test("in-place mutation of a loaded artifact is kept", () => {
    expect(readArtifacts(run, "start")).toMatchObject({ list: [1], nested: { deep: new Map([["a", [1]]]) } });
    expect(readArtifacts(run, "left")).toMatchObject({ list: [1, 2], nested: { deep: new Map([["a", [1, 2]]]) } });
  });

  test("delete ends an artifact", () => {
    expect(readArtifacts(run, "start")).toHaveProperty("doomed", "until it is deleted");
    expect(readArtifacts(run, "change")["seen"]).toMatchObject({ doomed: "until it is deleted" });
    for (const step of ["change", "left"]) expect(readArtifacts(run, step)).not.toHaveProperty("doomed");
  });

  test("_names, #private fields, functions and bare declarations are no artifacts", () => {
    const names = Object.keys(resultOf(run, "start").artifacts).sort();
    expect(names).toEqual(["big", "doomed", "initial", "list", "nested", "nothing", "values"]);
    expect(readArtifacts(run, "change")["seen"]).toMatchObject({ scratch: 1, secret: 2, initial: "start" });
  });

  test("a field that a step sets to undefined is an artifact", () => {
    expect(readArtifacts(run, "left")).toHaveProperty("nothing", undefined);
  });

  test("values that structured clone takes come back as they were", () => {
    const { values } = readArtifacts(run, "left") as { values: Record<string, unknown> };
    expect(values).toEqual({
      date: new Date(0),
      set: new Set([1n]),
      pattern: /a+/gi,
      buffer: Buffer.from("b"),
      error: new RangeError("far"),
    });
    expect(Buffer.isBuffer(values["buffer"])).toBe(true);
  });

  test("after a join initializers hold again, and the inputs show what the paths had", () => {
    expect(readArtifacts(run, "join")["seen"]).toEqual({
      initial: "initializer",
      list: undefined,
      fromLeft: [1, 2],
      fromRight: [1, 2],
      base: 3,
      baseOfInput: 3,
      count: 2,
    });
    expect(Object.keys(readArtifacts(run, "end")).sort()).toEqual(["initial", "seen"]);
  });
});

test("an artifact that no step reads is neither loaded nor written again", async () => {
  const run = await runFlow("carried.ts");
  expect(run.code).toBe(0);
  expect(resultOf(run, "end").artifacts["big"]).toEqual(resultOf(run, "start").artifacts["big"]);
  expect(() => readArtifacts(run, "end")).toThrow("not in the datastore");
});

describe("merging at a join", () => {
  let merged: Record<string, unknown>;
  let run: FlowRun;
  beforeAll(async () => {
    run = await runFlow("merge.ts");
    merged = readArtifacts(run, "join");
  });

  test("a conflict lists every name and sets nothing", () => {
    expect(merged["conflict"]).toMatch(/the inputs differ on .*score.*side|side.*score/);
    expect(merged["conflict"]).toContain("left/");
    expect(merged["afterConflict"]).toEqual({ same: undefined, both: undefined });
  });

  test("include carries the named ones only", () => {
    expect(merged["picked"]).toEqual({ same: "from the start", both: undefined });
    expect(merged["missing"]).toContain("Cannot merge missing because no input has such an artifact");
    expect(merged["isBothRefused"]).toBe(true);
  });

  test("exclude leaves the named ones, and what the join set itself wins", () => {
    expect(merged).toMatchObject({ both: [1, 2], score: 3, onlyLeft: "here", same: "from the start" });
    expect(merged).not.toHaveProperty("side");
    expect(resultOf(run, "join").artifacts["same"]).toEqual(resultOf(run, "start").artifacts["same"]);
    expect(logOf(run, "join")).toBe("");
  });
});
