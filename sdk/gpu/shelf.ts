import { host } from "../base/host.ts";
import { type Backend, openBackend } from "./backend.ts";
import { CompiledKernel } from "./compiled-kernel.ts";
import type { KernelPlan } from "./kernel-plan.ts";

/** As many stay compiled at once; each holds memory for its arguments and result. */
const MAX_KERNELS = 64;

/**
 * What a process keeps from kernel to kernel. A warm worker evaluates a flow's modules anew for each task: their kernels
 * find here what the last task compiled. On `globalThis`, as a process can hold two copies of the package.
 */
export class Shelf {
  readonly #kernels = new Map<string, CompiledKernel>();
  readonly #pipelines = new Set<{ readonly task: WeakRef<object> | null; readonly forget: () => void }>();
  #opening: Promise<Backend> | null = null;
  #backend: Backend | null = null;

  /** Known once the first call has found it out. */
  get backend(): Backend | null {
    return this.#backend;
  }

  async open(): Promise<Backend> {
    this.#opening ??= openBackend();
    return (this.#backend = await this.#opening);
  }

  compiled(plan: KernelPlan, backend: Backend): CompiledKernel {
    const known = this.#kernels.get(plan.key) ?? new CompiledKernel(plan, backend);
    // The order of the map is that of the latest use.
    this.#kernels.delete(plan.key);
    this.#kernels.set(plan.key, known);
    const [oldest] = this.#kernels;
    if (this.#kernels.size > MAX_KERNELS && oldest !== undefined) {
      this.#kernels.delete(oldest[0]);
      void oldest[1].dispose();
    }
    return known;
  }

  /**
   * A pipeline was compiled: it has threads of its own. Those of tasks that are over are forgotten, as what made them is
   * not there any more.
   */
  keepPipeline(forget: () => void): void {
    const task = host().task;
    for (const one of this.#pipelines) {
      if (one.task === null || one.task.deref() === task) continue;
      this.#pipelines.delete(one);
      one.forget();
    }
    this.#pipelines.add({ task: task === undefined ? null : new WeakRef(task), forget });
  }

  async dispose(plan: KernelPlan): Promise<void> {
    const known = this.#kernels.get(plan.key);
    this.#kernels.delete(plan.key);
    await known?.dispose();
  }
}

const KEY = Symbol.for("millrace.gpu");

export function shelf(): Shelf {
  const holder = globalThis as { [KEY]?: Shelf };
  return (holder[KEY] ??= new Shelf());
}
