import { execFile } from "node:child_process";
import { expect, test } from "vitest";
import { VULKAN, VULKAN_IMAGE } from "../docker/vulkan.ts";
import { ROOT } from "../e2e/harness.ts";
import { describeWith } from "../setup/describe-with.ts";

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

/** Runs the suite of WebGPU in a container; the project is there as it is here, and cannot be changed. */
function suiteInContainer(): Promise<{ stdout: string; stderr: string }> {
  const container = ["run", "--rm", "--network", "none", "--volume", `${ROOT}:${ROOT}:ro`, "--workdir", ROOT];
  const vitest = ["node", "node_modules/vitest/vitest.mjs", "run", "--configLoader=runner", "--reporter=json"];
  return new Promise((resolve) => {
    execFile(
      "docker",
      [...container, "--env", "TEST_GPU=1", VULKAN_IMAGE, ...vitest, "test/gpu/webgpu.test.ts"],
      { maxBuffer: 2 ** 26 },
      // What failed stands in the report.
      (_, stdout, stderr) => resolve({ stdout, stderr }),
    );
  });
}

describeWith(VULKAN, "on a graphics driver, Mesa's for processors,", () => {
  test("kernels compute what they compute elsewhere: the whole suite of WebGPU", async () => {
    const { stdout, stderr } = await suiteInContainer();
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
});
