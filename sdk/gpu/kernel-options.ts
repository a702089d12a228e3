import { inspect } from "node:util";
import { MillraceError } from "../base/millrace-error.ts";
import type { Grid, GridInput, KernelOutput, Numbers } from "./grid.ts";

/** What a parameter of a kernel may be declared as. */
export type KernelParameter =
  number | boolean | readonly number[] | readonly (readonly number[])[] | readonly (readonly (readonly number[])[])[];

/** What a constant of a kernel may be. */
export type KernelConstant = number | boolean | Numbers | readonly Numbers[] | readonly (readonly Numbers[])[] | Grid;

/** What a kernel finds in `this`. */
export interface KernelThis<C> {
  /** The cell of the output that this call computes. */
  readonly thread: { readonly x: number; readonly y: number; readonly z: number };
  /** The size of the output. */
  readonly output: { readonly x: number; readonly y: number; readonly z: number };
  /** The constants of the kernel, by name. */
  readonly constants: { readonly [K in keyof C]: ConstantView<C[K]> };
}

/** A constant as the kernel indexes it: a grid has as many levels as its shape. */
type ConstantView<T> = T extends Grid
  ? number[] & number[][] & number[][][]
  : T extends readonly (readonly Numbers[])[]
    ? number[][][]
    : T extends readonly Numbers[]
      ? number[][]
      : T extends Numbers
        ? number[]
        : T;

/** Returns the value of one cell; two to four numbers at once make an innermost dimension of that length. */
export type KernelFunction<A extends readonly KernelParameter[], C> = (
  this: KernelThis<C>,
  ...args: A
) => number | readonly number[];

/** What a call of a kernel takes for each of its parameters. */
export type KernelInputs<A extends readonly KernelParameter[]> = { readonly [K in keyof A]: GridInput<A[K]> };

/** Options of {@link kernel}; `A` are the parameters, `C` the constants. */
export interface KernelOptions<A extends readonly KernelParameter[], C> {
  /**
   * Size of the output: `[width]`, `[width, height]` or `[width, height, depth]`, or a function from the arguments to it.
   * The kernel runs once for each cell, with its place in `this.thread`.
   */
  readonly output: KernelOutput | ((args: KernelInputs<A>) => KernelOutput);
  /** What `this.constants` holds: compiled in, so other values mean compiling anew. */
  readonly constants?: C;
  /**
   * All backends compute in 32-bit floating point; `"unsigned"`, which gpu.js knows for old cards, means the same here.
   * @defaultValue "single"
   */
  readonly precision?: "single" | "unsigned";
  /** Functions that the kernel calls by name. */
  readonly functions?: readonly ((...args: never[]) => unknown)[];
  /** gpu.js's own names of types for parameters where it cannot tell: `{ v: "Array(2)" }`. */
  readonly argumentTypes?: Readonly<Record<string, string>>;
  /** After how many rounds a loop ends whose length is not known beforehand. @defaultValue 2 ** 31 - 1 */
  readonly loopMaxIterations?: number;
  /** Makes `Math.random()` repeat itself; not on the `cpu` backend. */
  readonly randomSeed?: number;
  /** Fails where no GPU can be used, instead of falling back to the processor. @defaultValue false */
  readonly requireGpu?: boolean;
}

const KNOWN = new Set<string>([
  "output",
  "constants",
  "precision",
  "functions",
  "argumentTypes",
  "loopMaxIterations",
  "randomSeed",
  "requireGpu",
] satisfies (keyof KernelOptions<[], object>)[]);

/** @throws MillraceError that lists every option that is wrong */
export function checkKernelOptions(options: Readonly<Record<string, unknown>>): void {
  const { output, precision = "single", functions = [], loopMaxIterations = 1 } = options;
  const wrong = [
    ...Object.keys(options)
      .filter((name) => !KNOWN.has(name))
      .map((name) => `there is no option ${name}`),
    ...(typeof output === "function" || isOutput(output) ? [] : [`output is ${shown(output)}`]),
    ...(precision === "single" || precision === "unsigned" ? [] : [`precision is ${shown(precision)}`]),
    ...(Array.isArray(functions) && functions.every((one) => typeof one === "function")
      ? []
      : ["functions holds something that is not a function"]),
    ...(Number.isInteger(loopMaxIterations) && Number(loopMaxIterations) > 0
      ? []
      : [`loopMaxIterations is ${shown(loopMaxIterations)}`]),
  ];
  if (wrong.length === 0) return;
  throw new MillraceError({
    code: "MILLRACE_KERNEL_OPTIONS",
    headline: `Cannot make a kernel because of its options: ${wrong[0] ?? ""}`,
    details: wrong.slice(1),
    hint: "output is [width], [width, height] or [width, height, depth], whole numbers from 1, or a function of the arguments that returns one",
  });
}

export function isOutput(value: unknown): value is KernelOutput {
  return (
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= 3 &&
    value.every((length) => Number.isInteger(length) && length >= 1)
  );
}

function shown(value: unknown): string {
  return value === undefined ? "missing" : inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
}
