import { MillraceError } from "../base/millrace-error.ts";
import type { Backend } from "./backend.ts";
import { type CompiledPipeline, compilePipeline, pipelineInputs, type Traced } from "./compiled-pipeline.ts";
import { handleOf, isHandle } from "./device-grid.ts";
import { kernelNotes } from "./note-kernel.ts";
import { flatInput, gridOf } from "./grid.ts";
import { type Kernel, PLAN } from "./kernel.ts";
import type { KernelPlan } from "./kernel-plan.ts";
import type { Pipeline, PipelineKernels, PipelineOutput, PipelineResult, PipelineValue } from "./pipeline-kernels.ts";
import { shelf } from "./shelf.ts";

/**
 * Joins calls of kernels into one: between them nothing leaves the device, and on the processor all threads walk through
 * all steps without coming back. The function runs once, when the pipeline is first called, to note which
 * kernel is called with what: loops unroll, and values from outside are fixed then.
 *
 * @example
 * ```ts
 * import { kernel, pipeline } from "millrace/gpu";
 *
 * const smooth = kernel(
 *   function (u: number[]) {
 *     const x = this.thread.x;
 *     return x === 0 || x === 99 ? u[x]! : (u[x - 1]! + u[x + 1]!) / 2;
 *   },
 *   { output: [100] },
 * );
 * const settle = pipeline({ smooth }, ({ smooth }, u) => {
 *   let at = smooth(u);
 *   for (let round = 1; round < 50; round++) at = smooth(at);
 *   return at;
 * });
 * const { data } = await settle(Float32Array.from({ length: 100 }, Math.random));
 * ```
 * @param kernels - those that it calls
 * @param orchestrate - gets the kernels and a stand-in for each input; returns one result, an array or an object of them
 */
export function pipeline<K extends Readonly<Record<string, Kernel<never>>>, R extends PipelineOutput>(
  kernels: K,
  orchestrate: (kernels: PipelineKernels<K>, ...inputs: PipelineValue[]) => R,
): Pipeline<R> {
  const plans = Object.entries<{ readonly [PLAN]: KernelPlan }>(kernels).map(
    ([name, { [PLAN]: plan }]): [string, KernelPlan] => [name, plan],
  );
  const traced = { plans, orchestrate: orchestrate as Traced["orchestrate"] };
  let compiled: Promise<CompiledPipeline> | null = null;

  async function call(...given: readonly unknown[]): Promise<PipelineResult<R>> {
    const note = kernelNotes();
    const inputs = inputsOf(given);
    const backend = shelf().backend ?? (await shelf().open());
    const startedAt = performance.now();
    const { result, ranOn, declined } = await run(backend, inputs);
    const grids = gridsOf(result);
    note(backend.info, { ranOn, declined, startedAt, bytesIn: sizeOf(inputs), bytesOut: sizeOf(grids) });
    return grids as PipelineResult<R>;
  }

  async function run(backend: Backend, inputs: readonly unknown[]) {
    if (compiled === null) {
      const compiling = compilePipeline(backend, traced, inputs);
      const own = (compiled = compiling.then((made) => made.compiled));
      // What could not be compiled is tried again by the next call.
      own.catch(() => (compiled = null));
      const { first, compiled: made } = await compiling;
      shelf().keepPipeline(() => void dispose(own));
      return { result: first, ranOn: made.run.backend ?? made.name, declined: made.declined };
    }
    const { run: shortcut, name, declined } = await compiled;
    const result = await shortcut(...(await pipelineInputs(inputs, backend, name)));
    return { result, ranOn: shortcut.backend ?? name, declined };
  }

  async function dispose(old: Promise<CompiledPipeline> | null): Promise<void> {
    if (compiled === old) compiled = null;
    await (await old?.catch(() => null))?.destroy();
  }

  return Object.assign(call, { dispose: () => dispose(compiled) });
}

/** Copies of arrays, so that later changes do not reach them; results on the device as they are. */
function inputsOf(given: readonly unknown[]): unknown[] {
  return given.map((value, index) => {
    if (typeof value === "number" || typeof value === "boolean") return value;
    const held = handleOf(value) ?? value;
    if (isHandle(held)) return held;
    const flat = flatInput(held);
    if (flat !== null && flat.shape.length <= 3) return { data: Float32Array.from(flat.data), shape: flat.shape };
    throw new MillraceError({
      code: "MILLRACE_KERNEL_ARGUMENT",
      headline: `Cannot call the pipeline because of its argument ${index}: it is neither a number nor an array of numbers in one to three dimensions`,
      hint: "rows must have the same length",
    });
  });
}

function gridsOf(result: unknown): unknown {
  const single = gridOf(result);
  if (single !== null) return single;
  if (Array.isArray(result)) return (result as unknown[]).map(gridOf);
  return Object.fromEntries(Object.entries(result as object).map(([name, value]) => [name, gridOf(value)]));
}

function sizeOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null || isHandle(value)) return 0;
  return Object.values(value).reduce<number>((sum, one) => sum + sizeOf(one), 0);
}
