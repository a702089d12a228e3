import type { Backend } from "./backend.ts";
import { deviceGrid } from "./device-grid.ts";
import { kernelNotes } from "./note-kernel.ts";
import type { BufferHandle } from "./gpu-js.ts";
import type { DeviceGrid, Grid } from "./grid.ts";
import { bytesOf, type KernelArg, kernelArgs, snapshot } from "./kernel-args.ts";
import {
  checkKernelOptions,
  type KernelFunction,
  type KernelInputs,
  type KernelOptions,
  type KernelParameter,
} from "./kernel-options.ts";
import { type KernelPlan, kernelPlan, outputOf } from "./kernel-plan.ts";
import { shelf } from "./shelf.ts";

/** A compiled function over the cells of its output. */
export interface Kernel<A extends readonly KernelParameter[]> {
  /** Runs it and brings the result here. Arguments are read at once: changing them afterwards changes nothing. */
  (...args: KernelInputs<A>): Promise<Grid>;
  /** Runs it and leaves the result where it is, for the next kernel. */
  onDevice(...args: KernelInputs<A>): Promise<DeviceGrid>;
  /** Frees what the kernel holds once its calls are over; a later call compiles it anew. */
  dispose(): Promise<void>;
  /** @internal */
  readonly [PLAN]: KernelPlan;
}

/** @internal */
export const PLAN: unique symbol = Symbol.for("millrace.gpu.plan") as never;

/**
 * Makes a kernel of a function that computes one cell of the output. It is compiled by the first call, for the GPU if one
 * answers, else for the processor's vector units and threads; later calls and later tasks of the same worker reuse that.
 *
 * @example
 * ```ts
 * import { kernel } from "millrace/gpu";
 *
 * const matmul = kernel(
 *   function (a: number[][], b: number[][], n: number) {
 *     let sum = 0;
 *     for (let i = 0; i < n; i++) sum += a[this.thread.y]![i]! * b[i]![this.thread.x]!;
 *     return sum;
 *   },
 *   { output: ([, , n]) => [n, n] },
 * );
 * const product = await matmul([[1, 2], [3, 4]], [[5, 6], [7, 8]], 2);
 * console.log(product.data, product.shape); // Float32Array [19, 22, 43, 50], [2, 2]
 * ```
 * @param fn - a plain function; `docs/kernels.md` says what it may contain
 * @throws MillraceError if the options are wrong; each call rejects with one if the function cannot be compiled
 */
export function kernel<A extends readonly KernelParameter[], C extends object = object>(
  fn: KernelFunction<A, C>,
  options: KernelOptions<A, C>,
): Kernel<A> {
  checkKernelOptions(options as unknown as Readonly<Record<string, unknown>>);
  const plan = kernelPlan(fn, options);
  const run = async (given: readonly unknown[], isResident: boolean): Promise<Grid | BufferHandle> => {
    const args = kernelArgs(plan, given);
    const output = outputOf(plan, given);
    const { backend } = shelf();
    const isReady = backend !== null && shelf().compiled(plan, backend).isReady({ output, isResident });
    const own = isReady ? args : snapshot(args);
    return execute(plan, { args: own, output, isResident, backend: backend ?? (await shelf().open()) });
  };
  const call = async (...given: readonly unknown[]) => (await run(given, false)) as Grid;
  return Object.assign(call, {
    onDevice: async (...given: readonly unknown[]) => deviceGrid(await run(given, true)),
    dispose: () => shelf().dispose(plan),
    [PLAN]: plan,
  });
}

interface Execution {
  readonly args: readonly KernelArg[];
  readonly output: readonly number[];
  readonly isResident: boolean;
  readonly backend: Backend;
}

async function execute(
  plan: KernelPlan,
  { args, output, isResident, backend }: Execution,
): Promise<Grid | BufferHandle> {
  const note = kernelNotes();
  const startedAt = performance.now();
  const { value, ranOn, declined } = await shelf().compiled(plan, backend).run({ args, output, isResident });
  const bytesOut = "data" in value ? value.data.byteLength : 0;
  note(backend.info, { ranOn, declined, startedAt, bytesIn: bytesOf(args), bytesOut });
  return value;
}
