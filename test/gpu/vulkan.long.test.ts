import { execFile, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { VULKAN, VULKAN_IMAGE } from "../rigs/docker/vulkan.ts";
import { ROOT } from "../rigs/harness.ts";
import { describeWith } from "../rigs/describe-with.ts";

interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Runs Node in a container with the driver; the project is there as it is here, and cannot be changed. */
function inContainer(...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const name = `millrace-vulkan-${process.pid}-${randomUUID()}`;
  // A test that takes too long leaves nothing behind.
  onTestFinished(() => void spawnSync("docker", ["rm", "--force", name]));
  const options = ["--rm", "--name", name, "--network", "none", "--volume", `${ROOT}:${ROOT}:ro`, "--workdir", ROOT];
  return new Promise((resolve) => {
    execFile(
      "docker",
      ["run", ...options, "--env", "TEST_GPU=1", VULKAN_IMAGE, "node", ...args],
      { maxBuffer: 2 ** 26 },
      // What failed stands in what it printed.
      (_, stdout, stderr) => resolve({ stdout, stderr }),
    );
  });
}

describeWith(VULKAN, "on a graphics driver, Mesa's for processors,", () => {
  test("kernels compute what they compute elsewhere: the whole suite of WebGPU", async () => {
    const vitest = ["node_modules/vitest/vitest.mjs", "run", "--configLoader=runner", "--reporter=json"];
    const { stdout, stderr } = await inContainer(...vitest, "test/gpu/webgpu.test.ts");
    const report = stdout.split("\n").find((line) => line.startsWith("{"));
    expect(report, stderr).toBeDefined();
    const { testResults } = JSON.parse(report!) as Report;
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    const failed = results.filter(({ status }) => status !== "passed");
    expect(failed, testResults.map(({ message }) => message).join("\n")).toEqual([]);
    expect(results.filter(({ fullName }) => fullName.startsWith("kernels of gpu.js's README")).length).toBeGreaterThan(
      40,
    );
  });

  test("the benchmark names it, and compares it with SIMD threads and plain JavaScript", async () => {
    const bench = ["node_modules/tsx/dist/cli.mjs", "test/bench/gpu.ts", "--quick", "--size", "128", "--rounds", "1"];
    const { stdout, stderr } = await inContainer(...bench);
    expect(stdout, stderr).toMatch(/^adapter +mesa software llvmpipe/m);
    const figure = String.raw` +~?\d+(\.\d)?( [x%])?`;
    expect(stdout).toMatch(new RegExp(`^matrix product 128 x 128(${figure}){8}$`, "m"));
    expect(stdout).not.toContain("WRONG");
  });
});
