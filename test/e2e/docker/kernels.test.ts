import path from "node:path";
import { expect, test } from "vitest";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { logOf, readArtifacts, resultOf, runFlow } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { IN_CONTAINERS } from "./containers.ts";

const FLOW = `
import { createRequire } from "node:module";
import { FlowSpec, main, step } from "millrace";
import { kernel } from "millrace/gpu";

const twice = kernel(function (values: number[]) { return 2 * values[this.thread.x]!; }, { output: [3] });
const required = createRequire(import.meta.url)("millrace/gpu") as typeof import("millrace/gpu");

class KernelFlow extends FlowSpec {
  result!: Awaited<ReturnType<typeof twice>>;
  backend!: string;

  @step async start() {
    this.result = await twice([1, 2, 3]);
    this.backend = (await required.gpu.info()).backend;
    this.next(this.end);
  }
  @step end() {}
}

main(KernelFlow);
`;

describeWith(DOCKER, "kernels in a container", () => {
  test("are imported and required as here; the task's record says on what they ran", async () => {
    const folder = makeProject({ "flow.ts": FLOW, "tsconfig.json": STANDARD, "package.json": ESM });
    const run = await runFlow(path.join(folder, "flow.ts"), ["run", "--with", "docker"], { env: IN_CONTAINERS });
    expect(run.code, run.stderr).toBe(0);
    expect(readArtifacts(run, "start")).toMatchObject({
      result: { data: Float32Array.of(2, 4, 6), shape: [3] },
      backend: "webasm",
    });
    expect(resultOf(run, "start").gpu).toMatchObject({ backend: "webasm", calls: 1 });
    expect(logOf(run, "start", { stream: "stderr" })).toBe("");
  });
});
