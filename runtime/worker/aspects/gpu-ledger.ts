import { needsAt } from "../../../sdk/base/needs-at.ts";
import type { GpuUse } from "../../../sdk/base/host.ts";
import type { StepNode } from "../../graph/flow-graph.ts";

/** Adds up what kernels do in one attempt, and says so at once if a step that asked for a GPU runs without one. */
export class GpuLedger {
  readonly #step: Pick<StepNode, "name" | "settings">;
  readonly #wanted: number;
  readonly #byBackend = new Map<GpuUse["backend"], GpuUse>();

  constructor(step: Pick<StepNode, "name" | "settings">, attempt: number) {
    this.#step = step;
    const { resources } = step.settings;
    this.#wanted = resources === undefined ? 0 : needsAt(resources, attempt).gpu;
  }

  /** All calls together, named after the backend that took longest; null before the first. */
  get use(): GpuUse | null {
    const [longest, ...others] = [...this.#byBackend.values()].sort((a, b) => b.kernelMs - a.kernelMs);
    return longest === undefined ? null : others.reduce((sum, use) => added(sum, use), longest);
  }

  note(use: GpuUse): void {
    const known = this.#byBackend.get(use.backend);
    const wanted = this.#wanted;
    if (known === undefined && wanted > 0 && use.backend !== "webgpu") warn(this.#step.name, wanted, use);
    this.#byBackend.set(use.backend, known === undefined ? use : added(known, use));
  }
}

/** The first one's names, the sums of both. */
function added(sum: GpuUse, use: GpuUse): GpuUse {
  return {
    ...sum,
    calls: sum.calls + use.calls,
    kernelMs: sum.kernelMs + use.kernelMs,
    bytesIn: sum.bytesIn + use.bytesIn,
    bytesOut: sum.bytesOut + use.bytesOut,
  };
}

/** Into the task's own log, in which whoever wonders about its speed will look. */
function warn(step: string, wanted: number, { backend, reason }: GpuUse): void {
  const where = backend === "webasm" ? "the processor (WebAssembly)" : "the processor (plain JavaScript)";
  process.stderr.write(
    `WARNING: step ${step} asks for ${wanted === 1 ? "a GPU" : `${wanted} GPUs`}, but its kernels run on ${where}: ${reason ?? "the GPU refused them"}\n`,
  );
}
