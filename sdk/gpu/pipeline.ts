import { MillraceError } from "../errors.ts";
import type { Backend } from "./backend.ts";
import { handleOf, isHandle } from "./device-grid.ts";
import type { BackendName, GpuJs, KernelShortcut, PipelineShortcut } from "./gpu-js.ts";
import { kernelNotes } from "./gpu-use.ts";
import { type DeviceGrid, flatInput, type Grid, type GridInput, gridOf, type Numbers } from "./grid.ts";
import { gpuJsArray } from "./kernel-args.ts";
import { noGpu, reasonOf, type Refusal } from "./kernel-error.ts";
import { type Kernel, outputOf, PLAN } from "./kernel.ts";
import { gpuJsSettings, type KernelPlan } from "./kernel-plan.ts";
import { shelf } from "./shelf.ts";

declare const RESIDENT: unique symbol;

/** A result within a pipeline: it can be passed to kernels and returned, but not read. */
export interface PipelineValue {
  readonly [RESIDENT]: true;
}

/** The kernels of a pipeline, as it calls them. */
export type PipelineKernels<K> = {
  readonly [N in keyof K]: K[N] extends Kernel<infer A>
    ? (...args: { readonly [I in keyof A]: GridInput<A[I]> | PipelineValue }) => PipelineValue
    : never;
};

/** What a pipeline is called with. */
export type PipelineInput =
  number | boolean | Numbers | readonly Numbers[] | readonly (readonly Numbers[])[] | Grid | DeviceGrid;

export type PipelineOutput = PipelineValue | readonly PipelineValue[] | Readonly<Record<string, PipelineValue>>;

/** The same shape, of grids. */
export type PipelineResult<R> = R extends PipelineValue ? Grid : { readonly [N in keyof R]: Grid };

export interface Pipeline<R> {
  (...inputs: readonly PipelineInput[]): Promise<PipelineResult<R>>;
  /** Frees what it holds once its calls are over; a later call compiles it anew. */
  dispose(): Promise<void>;
}

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
  let compiled: Promise<Compiled> | null = null;

  async function call(...given: readonly unknown[]): Promise<PipelineResult<R>> {
    const note = kernelNotes();
    const inputs = inputsOf(given);
    const backend = shelf().backend ?? (await shelf().open());
    const startedAt = performance.now();
    const isFirst = compiled === null;
    compiled ??= compile(backend, traced, inputs);
    const { run, name, declined, first } = await forgetting(compiled);
    const result = isFirst ? first : await run(...(await taken(inputs, backend, name)));
    const grids = gridsOf(result);
    const bytesIn = inputs.reduce<number>((sum, input) => sum + sizeOf(input), 0);
    note(backend.info, { ranOn: run.backend ?? name, declined, startedAt, bytesIn, bytesOut: sizeOf(grids) });
    return grids as PipelineResult<R>;
  }

  /** What could not be compiled is tried again by the next call. */
  async function forgetting(compiling: Promise<Compiled>): Promise<Compiled> {
    try {
      return await compiling;
    } catch (error) {
      compiled = null;
      throw error;
    }
  }

  return Object.assign(call, {
    async dispose() {
      const old = compiled;
      compiled = null;
      await (await old?.catch(() => null))?.run.destroy();
    },
  });
}

interface Traced {
  readonly plans: readonly [string, KernelPlan][];
  readonly orchestrate: (kernels: unknown, ...inputs: readonly unknown[]) => unknown;
}

interface Compiled {
  readonly name: BackendName;
  readonly run: PipelineShortcut;
  readonly declined: string | null;
  /** The result of the first call, which shows that the backend takes it. */
  readonly first: unknown;
}

async function compile(backend: Backend, traced: Traced, inputs: readonly unknown[]): Promise<Compiled> {
  const needsGpu = traced.plans.some(([, plan]) => plan.options.requireGpu === true);
  if (needsGpu && backend.names[0] !== "webgpu") throw noGpu("the pipeline", backend.info.reason ?? "there is none");
  const refusals: Refusal[] = [];
  for (const name of needsGpu ? backend.names.slice(0, 1) : backend.names) {
    const run = shortcutOf(backend, { name, traced, count: inputs.length });
    try {
      const first = await run(...(await taken(inputs, backend, name)));
      const declined = refusals[0] === undefined ? null : `${refusals[0].backend}: ${reasonOf(refusals[0].error)}`;
      return { run, name, declined, first };
    } catch (error) {
      refusals.push({ backend: name, error });
      await run.destroy();
    }
  }
  throw pipelineError(refusals);
}

function shortcutOf(
  backend: Backend,
  { name, traced, count }: { name: BackendName; traced: Traced; count: number },
): PipelineShortcut {
  const gpu = backend.instance(name);
  const shortcuts = new Map<string, KernelShortcut>();
  const kernelOf = (plan: KernelPlan, output: readonly number[]): KernelShortcut => {
    const key = `${plan.key} ${output.join()}`;
    const known =
      shortcuts.get(key) ??
      gpu.createKernel(plan.source.text, { ...gpuJsSettings(plan, backend.gpuJs), dynamicOutput: false, output });
    shortcuts.set(key, known);
    return known;
  };
  const entries = traced.plans.map(([kernelName, plan]): [string, unknown] => [
    kernelName,
    (...args: readonly unknown[]) =>
      kernelOf(plan, outputOf(plan, args))(...args.map((arg) => forGpuJs(arg, { gpuJs: backend.gpuJs, name }))),
  ]);
  const kernels = Object.fromEntries(entries);
  const orchestrate = (...handles: readonly unknown[]) => traced.orchestrate(kernels, ...handles);
  // gpu.js makes as many stand-ins as the function declares parameters.
  return gpu.createPipeline(Object.defineProperty(orchestrate, "length", { value: count }), {});
}

/** Plain numbers and gpu.js's own stand-ins pass as they are; asking a stand-in anything throws. */
function forGpuJs(value: unknown, place: { gpuJs: GpuJs; name: BackendName }): unknown {
  if (typeof value !== "object" || (!Array.isArray(value) && !ArrayBuffer.isView(value) && !isPlain(value)))
    return value;
  const flat = flatInput(value);
  return flat === null ? value : gpuJsArray(flat, place);
}

function isPlain(value: object | null): boolean {
  return value !== null && Object.getPrototypeOf(value) === Object.prototype;
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
      headline: `Cannot call the pipeline because of its argument ${index}: it is no number and no array of numbers in one to three dimensions`,
      hint: "rows have to be equally long",
    });
  });
}

async function taken(inputs: readonly unknown[], backend: Backend, name: BackendName): Promise<unknown[]> {
  return Promise.all(
    inputs.map(async (input) => {
      const value = isHandle(input) && name !== "webgpu" ? gridOf(await input.toArray()) : input;
      return forGpuJs(value, { gpuJs: backend.gpuJs, name });
    }),
  );
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

function pipelineError(refusals: readonly Refusal[]): MillraceError {
  const isRead = /handle|intermediate|orchestration/.test(reasonOf(refusals[0]?.error));
  return new MillraceError({
    code: "MILLRACE_KERNEL",
    headline: `Cannot run the pipeline because ${reasonOf(refusals[0]?.error)}`,
    details: refusals.slice(1).map(({ backend, error }) => `${backend}: ${reasonOf(error)}`),
    hint: isRead
      ? "within a pipeline results can be passed on and returned, not read; a kernel's output is a fixed size or follows from plain numbers"
      : "call its kernels one by one to see which of them fails",
    cause: refusals[0]?.error,
  });
}
