import { describe, expect, test } from "vitest";
import { gpu, grid, kernel, pipeline } from "../../sdk/gpu/index.ts";
import { describeBackend, run } from "./backend-contract.ts";
import { README_KERNELS } from "./readme-kernels.ts";

// Dawn's null backend checks shaders and calls as any other does, and computes nothing: it needs no card.
const isReal = process.env["TEST_GPU"] === "1";
if (!isReal) process.env["MILLRACE_WEBGPU_OPTIONS"] = "backend=null";
const info = await gpu.info();

// Software Vulkan counts as real: it computes, and `vulkan.long.test.ts` runs this file there.
if (isReal) describeBackend("webgpu", { looser: { "Math.acos": 1e-3, "Math.asin": 1e-3 } });

describe.skipIf(info.backend !== "webgpu")("kernels on WebGPU", () => {
  test.each(README_KERNELS)("$name becomes a shader that Dawn accepts", async (one) => {
    const { grid: result, uses } = await run(one);
    expect(uses.map(({ backend }) => backend)).toEqual([one.refusedBy?.includes("webgpu") === true ? "cpu" : "webgpu"]);
    expect(result.data.length % one.options.output.reduce((size, length) => size * length)).toBe(0);
  });

  test("a result that stays on the GPU moves nothing", async () => {
    const twice = kernel(
      function (values: number[][]) {
        return 2 * values[this.thread.y]![this.thread.x]!;
      },
      { output: [3, 2], requireGpu: true },
    );
    const first = await twice.onDevice(grid(new Float32Array(6), [3, 2]));
    const second = await twice.onDevice(first);
    first.dispose();
    expect((await second.read()).shape).toEqual([3, 2]);
    second.dispose();
    await expect(second.read()).rejects.toThrow(/was disposed of/);
    await twice.dispose();
  });

  test("a pipeline runs with one result read back", async () => {
    const twice = kernel(
      function (values: number[]) {
        return 2 * values[this.thread.x]!;
      },
      { output: [10] },
    );
    const eight = pipeline({ twice }, (kernels, values) => kernels.twice(kernels.twice(kernels.twice(values))));
    expect((await eight(new Float32Array(10))).shape).toEqual([10]);
    expect((await eight(new Float32Array(10))).shape).toEqual([10]);
    await eight.dispose();
  });

  test("gpu.info() names the adapter and no reason", () => {
    expect(info).toMatchObject({ reason: null, threads: 0 });
    expect(info.adapter).not.toBe("");
  });
});
