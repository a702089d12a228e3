import { gpu, grid, kernel, pipeline, type DeviceGrid, type Grid } from "millrace/gpu";

const scale = kernel(
  function (values: number[][], by: number, isOn: boolean) {
    const cell: number = this.thread.x + this.thread.y * this.output.x + this.constants.offset;
    const fromList: number = this.constants.list[0]! + this.constants.rows[0]![1]!;
    // @ts-expect-error there is no such constant
    void this.constants.missing;
    return isOn ? values[this.thread.y]![this.thread.x]! * by + cell + fromList : 0;
  },
  {
    output: ([values, by]) => {
      void (values satisfies Grid | DeviceGrid | readonly unknown[]);
      return [by, 2];
    },
    constants: { offset: 3, list: [1, 2], rows: [Float32Array.of(1, 2)] },
  },
);

export async function calls(): Promise<void> {
  const result: Grid = await scale([[1, 2]], 2, true);
  await scale([Float32Array.of(1)], 2, true);
  await scale(grid([1], [1, 1]), 2, false);
  const kept: DeviceGrid = await scale.onDevice(result, 1, true);
  await scale(kept, 1, true);
  const { backend } = await gpu.info();
  void (backend satisfies "webgpu" | "webasm" | "cpu");
  // @ts-expect-error rows are missing
  await scale([1, 2], 2, true);
  // @ts-expect-error a number is wanted
  await scale(result, "2", true);
  // @ts-expect-error an argument is missing
  await scale(result, 2);
}

export async function pipelines(): Promise<void> {
  const twice = pipeline({ scale }, (kernels, values) => kernels.scale(kernels.scale(values, 2, true), 2, true));
  const result: Grid = await twice([[1, 2]]);
  const both = pipeline({ scale }, (kernels, values) => ({
    once: kernels.scale(values, 2, true),
    result: kernels.scale([[1]], 1, false),
  }));
  const { once }: { readonly once: Grid } = await both(result);
  void once;
  // @ts-expect-error a result cannot be read within a pipeline
  pipeline({ scale }, (kernels, values) => kernels.scale(values, values.data, true));
}

// @ts-expect-error an output is needed
kernel(() => 1, {});
// @ts-expect-error a kernel returns numbers
kernel(() => "x", { output: [1] });
// @ts-expect-error at most three dimensions
kernel(() => 1, { output: [1, 2, 3, 4] });
