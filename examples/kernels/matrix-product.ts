import { kernel } from "millrace/gpu";

/** Two square matrices, as rows. */
export const matrixProduct = kernel(
  function (a: number[][], b: number[][], size: number) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += a[this.thread.y]![i]! * b[i]![this.thread.x]!;
    return sum;
  },
  { output: ([, , size]) => [size, size] },
);

/** The same in plain JavaScript, cell by cell. */
export function plainProduct(a: readonly Float32Array[], b: readonly Float32Array[], size: number): Float32Array[] {
  return a.map((row) =>
    Float32Array.from({ length: size }, (_, x) => {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += row[i]! * b[i]![x]!;
      return sum;
    }),
  );
}

export function randomMatrix(size: number, random: () => number): Float32Array[] {
  return Array.from({ length: size }, () => Float32Array.from({ length: size }, () => random() - 0.5));
}
