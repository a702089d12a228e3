import { host } from "../base/host.ts";
import type { BackendName, GpuInfo } from "./gpu-info.ts";

/** What one call of a kernel or pipeline cost. */
export interface KernelCost {
  /** Where it really ran. */
  readonly ranOn: BackendName;
  /** Why it did not run on the best backend there is; null if it did. */
  readonly declined: string | null;
  readonly startedAt: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** The task that a call belongs to: asked when it begins, as it may end after its task. */
export type NoteKernel = (info: GpuInfo, cost: KernelCost) => void;

export function kernelNotes(): NoteKernel {
  const task = host().task;
  return (info, cost) =>
    task?.noteKernel?.({
      backend: cost.ranOn,
      adapter: cost.ranOn === "webgpu" ? info.adapter : null,
      reason: cost.declined ?? info.reason,
      threads: cost.ranOn === "cpu" ? 1 : info.threads,
      calls: 1,
      kernelMs: performance.now() - cost.startedAt,
      bytesIn: cost.bytesIn,
      bytesOut: cost.bytesOut,
    });
}
