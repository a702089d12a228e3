import type { GpuUse } from "../../sdk/base/host.ts";
import type { KernelOptions } from "../../sdk/gpu/index.ts";

/** A kernel of gpu.js's README, or made of what it says that kernels may hold. */
export interface ReadmeKernel {
  readonly name: string;
  // The README's kernels are JavaScript: nothing is known of their parameters.
  readonly fn: (this: any, ...args: any[]) => any;
  readonly options: Omit<KernelOptions<any, any>, "output"> & { readonly output: readonly number[] };
  readonly args: readonly unknown[];
  /** Backends for which gpu.js has no translation: the next one takes the kernel. */
  readonly refusedBy?: readonly GpuUse["backend"][];
  /** The value of cell (x, y, z), in double precision. */
  readonly expected: (x: number, y: number, z: number) => number | readonly number[];
}

const a = square(64, (x, y) => Math.sin(x + 3 * y));
const b = square(64, (x, y) => Math.cos(2 * x - y));
const v = Float32Array.from({ length: 20 }, (_, i) => i / 7);
const w = Float32Array.from({ length: 20 }, (_, i) => 3 - i);
const math = ["abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "ceil", "cos", "cosh", "exp"]
  .concat(["expm1", "floor", "fround", "log", "log10", "log1p", "log2", "round", "sign", "sin", "sinh", "sqrt"])
  .concat(["tan", "tanh", "trunc"]);

function square(size: number, value: (x: number, y: number) => number): Float32Array[] {
  return Array.from({ length: size }, (_, y) => Float32Array.from({ length: size }, (_, x) => value(x, y)));
}

function product(x: number, y: number): number {
  return a[y]!.reduce((sum, value, i) => sum + value * b[i]![x]!, 0);
}

function mySuperFunction(one: number, other: number) {
  return one - other;
}

function anotherFunction(value: number) {
  return value + 1;
}

export const README_KERNELS: readonly ReadmeKernel[] = [
  {
    name: "matrix multiplication with a fixed size",
    fn: function (a, b) {
      let sum = 0;
      for (let i = 0; i < 64; i++) {
        sum += a[this.thread.y][i] * b[i][this.thread.x];
      }
      return sum;
    },
    options: { output: [64, 64] },
    args: [a, b],
    expected: product,
  },
  {
    name: "matrix multiplication sized by a constant, with var",
    fn: function (a, b) {
      var sum = 0;
      for (var i = 0; i < this.constants.size; i++) {
        sum += a[this.thread.y][i] * b[i][this.thread.x];
      }
      return sum;
    },
    options: { output: [64, 64], constants: { size: 64 } },
    args: [a, b],
    expected: product,
  },
  {
    name: "a kernel without arguments",
    fn: function () {
      return this.thread.x;
    },
    options: { output: [100] },
    args: [],
    expected: (x) => x,
  },
  {
    name: "declared numbers",
    fn: function () {
      const i = 1;
      const j = 0.89;
      return i + j;
    },
    options: { output: [100] },
    args: [],
    expected: () => 1.89,
  },
  {
    name: "declared booleans",
    fn: function () {
      const i = true;
      if (i) return 1;
      return 0;
    },
    options: { output: [100] },
    args: [],
    expected: () => 1,
  },
  {
    name: "a declared array of two",
    fn: function () {
      const array2 = [0.08, 2];
      return array2;
    },
    options: { output: [100] },
    args: [],
    expected: () => [0.08, 2],
  },
  {
    name: "an array of three, returned directly",
    fn: function () {
      return [0.08, 2, 0.1];
    },
    options: { output: [100] },
    args: [],
    expected: () => [0.08, 2, 0.1],
  },
  {
    name: "a private function that returns an array of four",
    fn: function () {
      function myPrivateFunction() {
        return [0.08, 2, 0.1, 3];
      }

      return myPrivateFunction(); // <-- type inherited here
    },
    options: { output: [100] },
    args: [],
    refusedBy: ["webasm"],
    expected: () => [0.08, 2, 0.1, 3],
  },
  {
    name: "a number as input",
    fn: function (x) {
      return x;
    },
    options: { output: [100] },
    args: [42],
    expected: () => 42,
  },
  {
    name: "an array as input",
    fn: function (x) {
      return x[this.thread.x % 3];
    },
    options: { output: [100] },
    args: [[1, 2, 3]],
    expected: (x) => [1, 2, 3][x % 3]!,
  },
  {
    name: "a flattened input of three dimensions",
    fn: function (value) {
      return value[this.thread.z][this.thread.y][this.thread.x];
    },
    options: { output: [2, 2, 2] },
    args: [{ data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), shape: [2, 2, 2] }],
    expected: (x, y, z) => 1 + x + 2 * y + 4 * z,
  },
  {
    name: "two flattened inputs",
    fn: function (a, b) {
      return a[this.thread.y][this.thread.x] + b[this.thread.y][this.thread.x];
    },
    options: { output: [3, 3] },
    args: [
      { data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), shape: [3, 3] },
      { data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), shape: [3, 3] },
    ],
    expected: (x, y) => 2 * (1 + x + 3 * y),
  },
  {
    name: "custom functions",
    fn: function (a, b) {
      return anotherFunction(mySuperFunction(a[this.thread.x], b[this.thread.x]));
    },
    options: { output: [20], functions: [mySuperFunction, anotherFunction] },
    args: [v, w],
    expected: (x) => v[x]! - w[x]! + 1,
  },
  {
    name: "destructured this",
    fn: function () {
      const {
        thread: { x, y },
      } = this;
      return x + y;
    },
    options: { output: [4, 2] },
    args: [],
    expected: (x, y) => x + y,
  },
  {
    name: "a destructured array with a declared type",
    fn: function (array) {
      const [first, second] = array;
      return first + second;
    },
    options: { output: [2], argumentTypes: { array: "Array(2)" } },
    args: [[1, 2]],
    refusedBy: ["webgpu", "webasm"],
    expected: () => 3,
  },
  {
    name: "constants that are numbers and arrays",
    fn: function (v) {
      return this.thread.x + v + this.constants.v1 + this.constants.list[this.thread.x];
    },
    options: { output: [10], constants: { v1: 100, list: v } },
    args: [1],
    expected: (x) => x + 101 + v[x]!,
  },
  {
    name: "statements that a minifier folds",
    fn: function (c) {
      let x = 0;
      c[this.thread.x] > 1 && (x = 1);
      return (c[this.thread.x] > 2 ? (x = 5) : (x += 1), x);
    },
    options: { output: [20] },
    args: [v],
    expected: (x) => (v[x]! > 2 ? 5 : v[x]! > 1 ? 2 : 1),
  },
  {
    name: "loops of every kind, break and switch",
    fn: function (v) {
      let sum = 0;
      let i = 0;
      while (i < 5) {
        i++;
        if (i === 3) continue;
        sum += i;
      }
      do {
        sum += 100;
        if (sum > 350) break;
      } while (sum < 1000);
      switch (this.thread.x) {
        case 0:
          sum += 1;
          break;
        default:
          sum += v[this.thread.x];
      }
      return sum;
    },
    options: { output: [20] },
    args: [v],
    expected: (x) => 412 + (x === 0 ? 1 : v[x]!),
  },
  ...math.map(mathKernel),
  {
    name: "Math.min, max, pow, atan2, imul and constants of Math",
    fn: function (v) {
      const x = v[this.thread.x];
      return Math.min(x, 1) + Math.max(x, 1) + Math.pow(x + 1, 2.5) + Math.atan2(x, 2) + Math.imul(3, 4) + Math.PI;
    },
    options: { output: [20] },
    args: [v],
    expected: (x) =>
      Math.min(v[x]!, 1) + Math.max(v[x]!, 1) + Math.pow(v[x]! + 1, 2.5) + Math.atan2(v[x]!, 2) + 12 + Math.PI,
  },
];

/** Each function by its own name, at arguments for which it is defined. */
function mathKernel(name: string): ReadmeKernel {
  const from = name === "acosh" ? 1 : 0.01;
  const values = Float32Array.from({ length: 40 }, (_, i) => from + i / 41);
  const own = (Math as unknown as Record<string, (value: number) => number>)[name]!;
  return {
    name: `Math.${name}`,
    fn: new Function("v", `return Math.${name}(v[this.thread.x]);`) as ReadmeKernel["fn"],
    options: { output: [40] },
    args: [values],
    expected: (x) => own(values[x]!),
  };
}
