import { grid, type Grid, kernel } from "../../../sdk/gpu/index.ts";

/** One kernel to measure, and the same loop in plain JavaScript. */
export interface KernelCase {
  readonly name: string;
  /** Floating-point operations of a whole call, and bytes that it has to read and write at least. */
  readonly operations: number;
  readonly bytes: number;
  run(): Promise<Grid>;
  /** Cells [from, to) of the output as 32-bit numbers, by the loop that one would write without kernels. */
  plain(from: number, to: number): Float32Array;
  readonly cells: number;
  /** Cells that plain() takes together. */
  readonly row: number;
  /** One cell in double precision, and the error that 32 bits allow in it. */
  exact(cell: number): { readonly value: number; readonly tolerance: number };
}

const EPSILON = 2 ** -23;

export function matrixProduct(size: number): KernelCase {
  const multiply = kernel(
    function matrixProduct(a: number[][], b: number[][], n: number) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += a[this.thread.y]![i]! * b[i]![this.thread.x]!;
      return sum;
    },
    { output: ([, , n]) => [n, n] },
  );
  const [a, b] = [rows(size), rows(size)];
  return {
    name: `matrix product ${size} x ${size}`,
    operations: 2 * size ** 3,
    bytes: 3 * 4 * size ** 2,
    run: () => multiply(a, b, size),
    cells: size ** 2,
    row: size,
    plain(from, to) {
      const result = new Float32Array(to - from);
      for (let y = from / size; y < to / size; y++) {
        for (let x = 0; x < size; x++) {
          let sum = 0;
          for (let i = 0; i < size; i++) sum += a[y]![i]! * b[i]![x]!;
          result[y * size + x - from] = sum;
        }
      }
      return result;
    },
    exact(cell) {
      const [x, y] = [cell % size, Math.floor(cell / size)];
      let value = 0;
      let magnitude = 0;
      for (let i = 0; i < size; i++) {
        value += a[y]![i]! * b[i]![x]!;
        magnitude += Math.abs(a[y]![i]! * b[i]![x]!);
      }
      return { value, tolerance: size * EPSILON * magnitude };
    },
  };
}

export function vectorSum(length: number): KernelCase {
  const add = kernel(
    function vectorSum(a: number[], b: number[], factor: number, _n: number) {
      return a[this.thread.x]! + factor * b[this.thread.x]!;
    },
    { output: ([, , , n]) => [n] },
  );
  const [a, b] = [random(length), random(length)];
  return {
    name: `vector sum, ${length / 1e6} million`,
    operations: 2 * length,
    bytes: 3 * 4 * length,
    run: () => add(a, b, 0.5, length),
    cells: length,
    row: 1,
    plain(from, to) {
      const result = new Float32Array(to - from);
      for (let i = from; i < to; i++) result[i - from] = a[i]! + 0.5 * b[i]!;
      return result;
    },
    exact: (cell) => ({ value: a[cell]! + 0.5 * b[cell]!, tolerance: 4 * EPSILON }),
  };
}

/** Much arithmetic on nearly no data. A fixed number of rounds, so that the operations can be counted. */
export function polynomial(length: number, rounds: number): KernelCase {
  const iterate = kernel(
    function polynomial(a: number[], rounds: number, _n: number) {
      let x = a[this.thread.x]!;
      for (let i = 0; i < rounds; i++) x = x * (0.5 - 0.25 * x) + 0.125;
      return x;
    },
    { output: ([, , n]) => [n] },
  );
  const a = random(length);
  const one = (cell: number) => {
    let x = a[cell]!;
    for (let i = 0; i < rounds; i++) x = x * (0.5 - 0.25 * x) + 0.125;
    return x;
  };
  return {
    name: `polynomial, ${rounds} rounds, ${length / 1e6} million`,
    operations: 4 * rounds * length,
    bytes: 2 * 4 * length,
    run: () => iterate(a, rounds, length),
    cells: length,
    row: 1,
    plain: (from, to) => Float32Array.from({ length: to - from }, (_, i) => one(from + i)),
    exact: (cell) => ({ value: one(cell), tolerance: 16 * EPSILON }),
  };
}

/** Neighbours of each cell: the access of simulations and filters. */
export function stencil(size: number): KernelCase {
  const smooth = kernel(
    function stencil(u: number[][], n: number) {
      const x = this.thread.x;
      const y = this.thread.y;
      if (x === 0 || y === 0 || x === n - 1 || y === n - 1) return u[y]![x]!;
      return 0.25 * (u[y]![x - 1]! + u[y]![x + 1]! + u[y - 1]![x]! + u[y + 1]![x]!);
    },
    { output: ([, n]) => [n, n] },
  );
  const u = random(size ** 2);
  const one = (cell: number) => {
    const [x, y] = [cell % size, Math.floor(cell / size)];
    if (x === 0 || y === 0 || x === size - 1 || y === size - 1) return u[cell]!;
    return 0.25 * (u[cell - 1]! + u[cell + 1]! + u[cell - size]! + u[cell + size]!);
  };
  return {
    name: `stencil ${size} x ${size}`,
    operations: 4 * size ** 2,
    bytes: 2 * 4 * size ** 2,
    run: () => smooth(grid(u, [size, size]), size),
    cells: size ** 2,
    row: size,
    plain(from, to) {
      const result = new Float32Array(to - from);
      for (let cell = from; cell < to; cell++) result[cell - from] = one(cell);
      return result;
    },
    exact: (cell) => ({ value: one(cell), tolerance: 8 * EPSILON }),
  };
}

function rows(size: number): Float32Array[] {
  return Array.from({ length: size }, () => random(size));
}

function random(length: number): Float32Array {
  return Float32Array.from({ length }, () => Math.random() - 0.5);
}
