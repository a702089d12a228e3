import type { Backend } from "./backend.ts";
import { isHandle } from "./device-grid.ts";
import type { BackendName } from "./gpu-info.ts";
import type { BufferHandle, GpuJsKernel, KernelShortcut } from "./gpu-js.ts";
import { type Grid, gridOf } from "./grid.ts";
import { gpuJsArgs, type KernelArg } from "./kernel-args.ts";
import { kernelError, noGpu, reasonOf, type Refusal } from "./kernel-error.ts";
import { gpuJsSettings, type KernelPlan } from "./kernel-plan.ts";

export interface KernelCall {
  readonly args: readonly KernelArg[];
  readonly output: readonly number[];
  /** The result stays on the device. */
  readonly isResident: boolean;
}

export interface KernelResult {
  readonly value: Grid | BufferHandle;
  readonly ranOn: BackendName;
  readonly declined: string | null;
}

/** A kernel as gpu.js compiled it: made by the first call, kept for all that follow in this process. */
export class CompiledKernel {
  readonly #plan: KernelPlan;
  readonly #backend: Backend;
  readonly #variants = new Map<string, Promise<Variant>>();
  readonly #ready = new Map<string, Variant>();
  readonly #running = new Set<Promise<unknown>>();

  constructor(plan: KernelPlan, backend: Backend) {
    this.#plan = plan;
    this.#backend = backend;
  }

  /** True if such a call reads its arguments before it returns; otherwise they have to be copies. */
  isReady(call: Omit<KernelCall, "args">): boolean {
    return this.#ready.has(keyOf(call));
  }

  async run(call: KernelCall): Promise<KernelResult> {
    const running = this.#run(call);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #run(call: KernelCall): Promise<KernelResult> {
    const key = keyOf(call);
    const ready = this.#ready.get(key);
    if (ready !== undefined) return ready.run(call);
    const known = this.#variants.get(key);
    if (known !== undefined) return (await known).run(call);
    const first = this.#compile(call);
    const variant = first.then((compiled) => {
      this.#ready.set(key, compiled.variant);
      return compiled.variant;
    });
    this.#variants.set(key, variant);
    // Those who wait for it see the error; if nobody does, the first caller still has it.
    variant.catch(() => this.#variants.delete(key));
    return (await first).result;
  }

  /** Frees memory on the device and in threads, once the calls under way are over. */
  async dispose(): Promise<void> {
    await Promise.allSettled([...this.#running]);
    const variants = await Promise.allSettled(this.#variants.values());
    this.#variants.clear();
    this.#ready.clear();
    for (const one of variants) if (one.status === "fulfilled") one.value.destroy();
  }

  /** The first call shows which backend takes the kernel. */
  async #compile(call: KernelCall): Promise<{ variant: Variant; result: KernelResult }> {
    const { options } = this.#plan;
    const { names, info } = this.#backend;
    const what = this.#plan.name === "" ? "the kernel" : `the kernel ${this.#plan.name}`;
    if (options.requireGpu === true && names[0] !== "webgpu") throw noGpu(what, info.reason ?? "there is none");
    const refusals: Refusal[] = [];
    for (const backend of options.requireGpu === true ? names.slice(0, 1) : names) {
      const declined = refusals[0] === undefined ? null : `${refusals[0].backend}: ${reasonOf(refusals[0].error)}`;
      let variant: Variant | null = null;
      try {
        variant = new Variant(this.#plan, this.#backend, { name: backend, declined, call });
        return { variant, result: await variant.run(call) };
      } catch (error) {
        refusals.push({ backend, error });
        variant?.destroy();
      }
    }
    throw kernelError(this.#plan, refusals);
  }
}

/** WebGPU fixes at compilation how many dimensions there are, and whether results stay. */
function keyOf({ output, isResident }: Omit<KernelCall, "args">): string {
  return `${output.length}${isResident ? "+" : ""}`;
}

class Variant {
  readonly #shortcut: KernelShortcut;
  readonly #backend: Backend;
  readonly #declined: string | null;

  constructor(
    plan: KernelPlan,
    backend: Backend,
    of: { name: BackendName; declined: string | null; call: KernelCall },
  ) {
    this.#backend = backend;
    this.#declined = of.declined;
    const isKept = of.name === "webgpu" && of.call.isResident;
    this.#shortcut = backend.instance(of.name).createKernel(plan.source.text, {
      ...gpuJsSettings(plan, backend.gpuJs),
      output: of.call.output,
      ...(isKept ? { pipeline: true, immutable: true } : {}),
      onRequestFallback: refuse,
    });
  }

  async run({ args, output }: KernelCall): Promise<KernelResult> {
    const ranOn = this.#shortcut.kernel.constructor.mode;
    const isElsewhere = ranOn !== "webgpu" && args.some((arg) => arg.kind === "value" && isHandle(arg.value));
    const own = isElsewhere ? await Promise.all(args.map(readHere)) : args;
    // From here to the call nothing may come between: the output belongs to the kernel, not to the call.
    this.#shortcut.setOutput(output);
    this.#adopt(this.#shortcut.kernel);
    const result = await this.#shortcut(...gpuJsArgs(own, { gpuJs: this.#backend.gpuJs, name: ranOn }));
    if (isHandle(result)) return { value: result, ranOn, declined: this.#declined };
    const { componentCount = 1 } = this.#shortcut.kernel;
    const isFlat = result instanceof Float32Array && ranOn !== "cpu";
    const value = isFlat ? { data: result, shape: shapeWith(componentCount, output) } : gridOf(result);
    if (value === null) throw new Error("gpu.js returned something other than an array of numbers");
    return { value, ranOn, declined: this.#declined };
  }

  destroy(): void {
    const { kernel } = this.#shortcut;
    for (const { id } of kernel._moduleCache?.values() ?? []) this.#backend.threads.release(id);
    this.#shortcut.destroy();
  }

  /** gpu.js may put another kernel in the place of the last one when types of arguments change. */
  #adopt(kernel: GpuJsKernel): void {
    if (kernel._shapeOutput === undefined || kernel._shapeOutput === asItIs) return;
    kernel._shapeOutput = asItIs;
    if ("_pool" in kernel) kernel._pool = this.#backend.threads;
  }
}

function asItIs(data: Float32Array): Float32Array {
  return data;
}

/** In place of gpu.js's own fallback, which prints: the next backend is tried here. */
function refuse(this: GpuJsKernel): never {
  throw new Error(this.fallbackReason ?? "the backend refuses the kernel");
}

function shapeWith(componentCount: number, output: readonly number[]): number[] {
  return componentCount === 1 ? [...output] : [componentCount, ...output];
}

/** What lies on a GPU, for a kernel that the GPU refused. */
async function readHere(arg: KernelArg): Promise<KernelArg> {
  if (arg.kind !== "value" || !isHandle(arg.value)) return arg;
  const flat = gridOf(await arg.value.toArray());
  return flat === null ? arg : { kind: "array", flat: { data: flat.data, shape: [...flat.shape] } };
}
