/**
 * Numeric kernels, written once as functions: compute shaders where a GPU answers, else threads of SIMD WebAssembly.
 *
 * @packageDocumentation
 */
import type { GpuInfo } from "./gpu-info.ts";
import { shelf } from "./shelf.ts";

export { kernel, type Kernel } from "./kernel.ts";
export type {
  KernelConstant,
  KernelFunction,
  KernelInputs,
  KernelOptions,
  KernelParameter,
  KernelThis,
} from "./kernel-options.ts";
export { pipeline } from "./pipeline.ts";
export type {
  Pipeline,
  PipelineInput,
  PipelineKernels,
  PipelineOutput,
  PipelineResult,
  PipelineValue,
} from "./pipeline-kernels.ts";
export {
  type DeviceGrid,
  grid,
  type Grid,
  type GridInput,
  type KernelOutput,
  type NumberArray,
  type Numbers,
  shapeOf,
} from "./grid.ts";
export type { BackendName, GpuInfo } from "./gpu-info.ts";

/** What kernels run on in this process. */
export const gpu: {
  /**
   * Finds out on what kernels run here. The first call, like the first kernel's, looks for a GPU.
   *
   * @example
   * ```ts
   * import { gpu } from "millrace/gpu";
   *
   * const { backend, adapter, reason } = await gpu.info();
   * console.log(adapter ?? `no GPU: ${reason}; computing on ${backend}`);
   * ```
   */
  info(): Promise<GpuInfo>;
} = {
  info: async () => (await shelf().open()).info,
};
