import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { readArtifacts, readParameters, ROOT, runFlow, temporaryFolder, tsx } from "../../rigs/harness.ts";

const FLOWS = path.join(ROOT, "test/e2e/flows");

describe("parameters", () => {
  test("defaults hold where nothing is given, and the step cannot assign one", async () => {
    const run = await runFlow("parameters.ts");
    expect(run.code).toBe(0);
    expect(readParameters(run)).toEqual({
      learningRate: 0.1,
      names: ["Ada"],
      sizes: [1],
      verbose: false,
      color: true,
      shape: { depth: 1 },
      big: 1n,
      mode: "small",
      count: 2,
      seeds: { seed: 1 },
      token: "none",
      note: "kept as it was\n",
      bytes: Buffer.from("kept as it was\n"),
      machine: { gpus: 1 },
    });
    expect(readArtifacts(run, "start")).toMatchObject({
      refusal: expect.stringContaining("Cannot assign this.learningRate because parameters"),
      unchanged: 0.1,
      shown: { learningRate: 0.1, names: ["Ada"] },
    });
    expect(run.summary.document.graph.steps[0]?.settings.resources?.gpu).toBe(1);
  });

  test("flags set them, by kebab-case or exact name, each read as its type", async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, "given.txt"), "given\n");
    const words = [
      ["--learning-rate", "0.5", "--names", "x,y", "--sizes", "2", "--sizes", "3", "--verbose", "--no-color"],
      ["--shape", '{"depth": 4}', "--big", "12345678901234567890", "--mode=large", "--count", "7"],
      ["--seeds", '{"seed": 9}', "--note", "given.txt", "--config-value", "machine", '{"gpus": 8}'],
    ].flat();
    const run = await runFlow("parameters.ts", ["run", ...words], { cwd: folder });
    expect(run.code).toBe(0);
    expect(readParameters(run)).toMatchObject({
      learningRate: 0.5,
      names: ["x", "y"],
      sizes: [2, 3],
      verbose: true,
      color: false,
      shape: { depth: 4 },
      big: 12345678901234567890n,
      mode: "large",
      count: 7,
      seeds: { seed: 9 },
      note: "given\n",
      machine: { gpus: 8 },
    });
    expect(run.summary.document.graph.steps[0]?.settings.resources?.gpu).toBe(8);
  });

  test("the environment sets them, under the default or a chosen name, and a flag wins over it", async () => {
    const env = {
      MILLRACE_PARAM_LEARNING_RATE: "0.25",
      MILLRACE_PARAM_VERBOSE: "true",
      MILLRACE_PARAM_SIZES: "[4, 5]",
      MILLRACE_PARAM_MODE: "small",
      E2E_TOKEN: "secret",
    };
    const machine = path.join(FLOWS, "machine.json");
    const args = ["run", "--mode", "large", "--learningRate", "0.75", "--config", "machine", machine];
    const run = await runFlow("parameters.ts", args, { env });
    expect(run.code).toBe(0);
    expect(readParameters(run)).toMatchObject({
      learningRate: 0.75,
      verbose: true,
      sizes: [4, 5],
      mode: "large",
      token: "secret",
      machine: { gpus: 3 },
    });
  });

  test("all unusable values are told at once, and nothing is run", async () => {
    const args = [
      "run",
      "--learning-rate",
      "fast",
      "--count",
      "0",
      "--mode",
      "huge",
      "--shape",
      "{",
      "--note",
      "gone.txt",
    ];
    const { code, stdout, stderr, datastore } = await tsx("parameters.ts", args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("Cannot start because 5 parameters have no usable value");
    expect(stderr).toMatch(/Cannot read --learning-rate because parameter learningRate takes a number: ["']fast["']/);
    expect(stderr).toContain("Cannot use count because its schema refuses the value: 0");
    expect(stderr).toMatch(/choose one of ["']small["'], ["']large["']/);
    expect(stderr).toContain("Cannot read --shape because parameter shape takes JSON");
    expect(stderr).toMatch(/Cannot include the file of note .*gone\.txt/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(fs.existsSync(path.join(datastore, "flows"))).toBe(false);
  });

  test("one named like an option of run is refused before anything runs", async () => {
    const { code, stderr } = await tsx("clashes.ts", ["run"]);
    expect(code).toBe(2);
    expect(stderr).toContain("--tag");
    expect(stderr).not.toMatch(/\n\s+at .*(commander|cli)/);
  });
});
