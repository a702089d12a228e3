import { describe, expect, test } from "vitest";
import { grid, type Grid, kernel, pipeline, shapeOf } from "../../sdk/gpu/index.ts";
import { host, type GpuUse } from "../../sdk/base/host.ts";
import { README_KERNELS, type ReadmeKernel } from "./readme-kernels.ts";

/** How far a result may be off, as a share of its largest value: all backends compute in 32 bits. */
const TOLERANCE = 3e-5;

/** What every backend that computes has to do; `looser` is for functions that it knows less well. */
export function describeBackend(
  backend: GpuUse["backend"],
  { looser = {} }: { readonly looser?: Readonly<Record<string, number>> } = {},
): void {
  describe(`kernels of gpu.js's README on ${backend}`, () => {
    test.each(README_KERNELS)("$name", async (one) => {
      const { grid: result, uses } = await run(one);
      expect(uses.map((use) => use.backend)).toEqual([one.refusedBy?.includes(backend) === true ? "cpu" : backend]);
      expectValues(result, one, looser[one.name] ?? TOLERANCE);
    });
  });

  describe(`results on ${backend}`, () => {
    test.each([[1], [3], [4097], [100_003], [5, 3], [333, 77], [64, 64], [7, 5, 3], [40, 30, 20]])(
      "an output of %j %j %j has every cell in its place",
      async (...output: number[]) => {
        const fn = function (this: any, scale: number) {
          return scale * this.thread.x + 1000 * this.thread.y + 100000 * this.thread.z;
        };
        const result = await kernel<[number]>(fn, { output: output as [number] })(0.5);
        expect(result.shape).toEqual(output);
        const [width, height = 1] = output as [number, number?];
        result.data.forEach((value, at) => {
          const y = Math.floor(at / width);
          const wanted = 0.5 * (at % width) + 1000 * (y % height) + 100000 * Math.floor(y / height);
          if (value !== wanted) expect([at, value]).toEqual([at, wanted]);
        });
      },
    );

    test("neighbours are read right in every place, those beyond the ends left aside", async () => {
      const read = kernel(
        function (u: number[][], n: number) {
          const x = this.thread.x;
          const y = this.thread.y;
          let sum = 100 * u[y]![x]!;
          if (x > 0) sum += 10 * u[y]![x - 1]! + 5 * u[y]![this.thread.x - 1]!;
          if (x < n - 1) sum += u[y]![x + 1]! + 1000 * u[y]![1 + x]!;
          if (y > 0) sum += 7 * u[y - 1]![x]!;
          return sum;
        },
        { output: ([u]) => shapeOf(u) },
      );
      for (const [width, height] of [
        [1, 1],
        [2, 1],
        [3, 2],
        [5, 5],
        [64, 70],
        [67, 65],
      ] as const) {
        const u = Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => 1 + x + 100 * y));
        const wanted = u.flatMap((row, y) =>
          row.map((value, x) => {
            const left = x > 0 ? 15 * row[x - 1]! : 0;
            const right = x < width - 1 ? 1001 * row[x + 1]! : 0;
            return 100 * value + left + right + (y > 0 ? 7 * u[y - 1]![x]! : 0);
          }),
        );
        expect([...(await read(u, width)).data]).toEqual(wanted);
      }
    });

    test("calls at once do not mix up their arguments, outputs of different sizes included", async () => {
      const fill = kernel(
        function (value: number, n: number) {
          return value + n - n;
        },
        { output: ([, n]) => [n] },
      );
      const sizes = Array.from({ length: 30 }, (_, at) => 1 + 997 * (at % 7));
      const results = await Promise.all(sizes.map((n, at) => fill(at, n)));
      for (const [at, { data }] of results.entries()) {
        expect(data.length).toBe(sizes[at]);
        expect(new Set(data)).toEqual(new Set([at]));
      }
    });

    test("arguments are read when the kernel is called, the first time and later", async () => {
      const copy = kernel(
        function (values: number[]) {
          return values[this.thread.x]!;
        },
        { output: [5000] },
      );
      for (let round = 0; round < 3; round++) {
        const values = new Float32Array(5000).fill(round);
        const running = copy(values);
        values.fill(-1);
        expect(new Set((await running).data)).toEqual(new Set([round]));
      }
    });

    test("a result is the caller's own: the next call does not change it", async () => {
      const fill = kernel(
        function (value: number) {
          return value;
        },
        { output: [8] },
      );
      const first = await fill(1);
      await fill(2);
      expect([...first.data]).toEqual(Array.from({ length: 8 }, () => 1));
    });

    test("a disposed kernel works again", async () => {
      const twice = kernel(
        function (values: number[]) {
          return 2 * values[this.thread.x]!;
        },
        { output: [6000] },
      );
      const values = new Float32Array(6000).fill(4);
      const running = twice(values);
      await twice.dispose();
      expect((await running).data[5999]).toBe(8);
      expect((await twice(values)).data[5999]).toBe(8);
      await twice.dispose();
    });

    test("a result that stays on the device can be passed on and read", async () => {
      const twice = kernel(
        function (values: number[][]) {
          return 2 * values[this.thread.y]![this.thread.x]!;
        },
        { output: [3, 2] },
      );
      const first = await twice.onDevice(grid([1, 2, 3, 4, 5, 6], [3, 2]));
      const second = await twice.onDevice(first);
      expect(first.shape).toEqual([3, 2]);
      expect([...(await second.read()).data]).toEqual([4, 8, 12, 16, 20, 24]);
      expect([...(await twice(second)).data]).toEqual([8, 16, 24, 32, 40, 48]);
      first.dispose();
      await expect(first.read()).rejects.toThrow(/was disposed of/);
      await expect(twice(first)).rejects.toThrow(/was disposed of/);
    });

    test("a pipeline gives what its kernels give one by one", async () => {
      const smooth = kernel(
        function (u: number[][]) {
          const x = this.thread.x;
          const y = this.thread.y;
          if (x === 0 || y === 0 || x === 29 || y === 19) return u[y]![x]!;
          return (u[y]![x - 1]! + u[y]![x + 1]! + u[y - 1]![x]! + u[y + 1]![x]!) / 4;
        },
        { output: [30, 20] },
      );
      const rowSums = kernel(
        function (u: number[][], n: number) {
          let sum = 0;
          for (let x = 0; x < n; x++) sum += u[this.thread.x]![x]!;
          return sum;
        },
        { output: [20] },
      );
      const settle = pipeline({ smooth, rowSums }, (kernels, u) => {
        let at = kernels.smooth(u);
        for (let round = 1; round < 7; round++) at = kernels.smooth(at);
        return { at, sums: kernels.rowSums(at, 30) };
      });
      for (const seed of [1, 2]) {
        const start = grid(
          Array.from({ length: 600 }, (_, i) => Math.sin(seed * i)),
          [30, 20],
        );
        let wanted: Grid = start;
        for (let round = 0; round < 7; round++) wanted = await smooth(wanted);
        const { at, sums } = await settle(start);
        expect(at.shape).toEqual([30, 20]);
        expect(at.data).toEqual(wanted.data);
        expect(sums).toEqual(await rowSums(wanted, 30));
      }
      await settle.dispose();
    });

    test("what a call moved and how often kernels ran is noted with the task", async () => {
      const add = kernel(
        function (values: number[], n: number) {
          return values[this.thread.x]! + n;
        },
        { output: [100] },
      );
      const uses = await noted(async () => {
        await add(new Float32Array(100), 1);
      });
      expect(uses).toMatchObject([{ backend, calls: 1, bytesIn: 404, bytesOut: 400 }]);
      expect(uses[0]!.kernelMs).toBeGreaterThan(0);
    });
  });
}

export async function run(one: ReadmeKernel): Promise<{ grid: Grid; uses: readonly GpuUse[] }> {
  const compiled = kernel<any>(one.fn, one.options as any) as (...args: unknown[]) => Promise<Grid>;
  let grid: Grid = { data: new Float32Array(), shape: [] };
  const uses = await noted(async () => {
    grid = await compiled(...one.args);
  });
  return { grid, uses };
}

async function noted(act: () => Promise<void>): Promise<readonly GpuUse[]> {
  const uses: GpuUse[] = [];
  host().task = { noteKernel: (use: GpuUse) => uses.push(use) } as any;
  try {
    await act();
  } finally {
    host().task = undefined;
  }
  return uses;
}

function expectValues(result: Grid, { options, expected }: ReadmeKernel, tolerance: number): void {
  const [width = 1, height = 1, depth = 1] = options.output;
  const wanted: number[] = [];
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) wanted.push(...[expected(x, y, z)].flat());
  const components = wanted.length / (width * height * depth);
  expect(result.shape).toEqual(components === 1 ? [...options.output] : [components, ...options.output]);
  expect(result.data.length).toBe(wanted.length);
  const scale = Math.max(1, ...wanted.map(Math.abs));
  wanted.forEach((value, at) => expect(Math.abs(result.data[at]! - value)).toBeLessThanOrEqual(tolerance * scale));
}
