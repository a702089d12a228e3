import { MillraceError } from "../base/millrace-error.ts";
import type { Backend } from "./backend.ts";
import { isHandle } from "./device-grid.ts";
import type { BackendName } from "./gpu-info.ts";
import type { GpuJs, KernelShortcut, PipelineShortcut } from "./gpu-js.ts";
import { flatInput, gridOf } from "./grid.ts";
import { gpuJsArray } from "./kernel-args.ts";
import { noGpu, reasonOf, type Refusal } from "./kernel-error.ts";
import { gpuJsSettings, type KernelPlan, outputOf } from "./kernel-plan.ts";

/** What a pipeline is made of. */
export interface Traced {
  readonly plans: readonly [string, KernelPlan][];
  readonly orchestrate: (kernels: unknown, ...inputs: readonly unknown[]) => unknown;
}

/** A pipeline on the best backend that takes it. */
export interface CompiledPipeline {
  readonly name: BackendName;
  readonly run: PipelineShortcut;
  readonly declined: string | null;
  destroy(): Promise<void>;
}

/** Compiles it by calling it: only the first call shows whether a backend takes all of its kernels. */
export async function compilePipeline(
  backend: Backend,
  traced: Traced,
  inputs: readonly unknown[],
): Promise<{ compiled: CompiledPipeline; first: unknown }> {
  const needsGpu = traced.plans.some(([, plan]) => plan.options.requireGpu === true);
  if (needsGpu && backend.names[0] !== "webgpu") throw noGpu("the pipeline", backend.info.reason ?? "there is none");
  const refusals: Refusal[] = [];
  for (const name of needsGpu ? backend.names.slice(0, 1) : backend.names) {
    const { run, destroy } = shortcutOf(backend, { name, traced, count: inputs.length });
    try {
      const first = await run(...(await pipelineInputs(inputs, backend, name)));
      const declined = refusals[0] === undefined ? null : `${refusals[0].backend}: ${reasonOf(refusals[0].error)}`;
      return { compiled: { run, name, declined, destroy }, first };
    } catch (error) {
      refusals.push({ backend: name, error });
      await destroy();
    }
  }
  throw pipelineError(refusals);
}

function shortcutOf(
  backend: Backend,
  { name, traced, count }: { name: BackendName; traced: Traced; count: number },
): Pick<CompiledPipeline, "run" | "destroy"> {
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
  const run = gpu.createPipeline(Object.defineProperty(orchestrate, "length", { value: count }), {});
  return {
    run,
    async destroy() {
      await run.destroy();
      for (const shortcut of shortcuts.values()) shortcut.destroy();
    },
  };
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

/** As gpu.js takes them on that backend. */
export async function pipelineInputs(
  inputs: readonly unknown[],
  backend: Backend,
  name: BackendName,
): Promise<unknown[]> {
  return Promise.all(
    inputs.map(async (input) => {
      const value = isHandle(input) && name !== "webgpu" ? gridOf(await input.toArray()) : input;
      return forGpuJs(value, { gpuJs: backend.gpuJs, name });
    }),
  );
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
