import os from "node:os";
import { environment } from "../../runtime/config.ts";
import { gpuSettings } from "../../runtime/settings/gpu-settings.ts";
import type { BackendName, GpuInfo } from "./gpu-info.ts";
import { type GpuJs, type GpuJsInstance, loadGpuJs } from "./gpu-js.ts";
import { readNeighboursAtOnce } from "./read-neighbours-at-once.ts";
import { WasmThreads } from "./wasm-threads.ts";
import { findGpu, type FoundGpu } from "./find-gpu.ts";

/** What compiles and runs kernels in this process: found out once, by the first call. */
export interface Backend {
  readonly info: GpuInfo;
  /** Those that can be used, best first; a kernel that one cannot take goes to the next. */
  readonly names: readonly BackendName[];
  readonly gpuJs: GpuJs;
  readonly threads: WasmThreads;
  /** What has to be held while the GPU is used. */
  readonly gpu: FoundGpu;
  /** One instance of gpu.js each: kernels of one instance can be combined. */
  instance(name: BackendName): GpuJsInstance;
}

const ALL: readonly BackendName[] = ["webgpu", "webasm", "cpu"];

export async function openBackend(): Promise<Backend> {
  const gpuJs = await loadGpuJs();
  readNeighboursAtOnce(gpuJs);
  const { backend: wanted, webGpuOptions } = gpuSettings(environment());
  const found: FoundGpu =
    wanted === null || wanted === "webgpu"
      ? await findGpu(gpuJs, webGpuOptions)
      : { reason: `the setting MILLRACE_GPU_BACKEND asks for ${wanted}` };
  const hasGpu = "adapter" in found;
  const threadCount = os.availableParallelism();
  const names = ALL.slice(wanted === "cpu" ? 2 : hasGpu ? 0 : 1);
  const instances = new Map<BackendName, GpuJsInstance>();
  const backend = names[0] ?? "cpu";
  return {
    info: {
      backend,
      adapter: hasGpu ? found.adapter : null,
      reason: hasGpu ? null : found.reason,
      threads: backend === "webasm" ? threadCount : backend === "cpu" ? 1 : 0,
      hasSimd: backend === "webasm" && gpuJs.WebAssemblyKernel.isSIMDSupported,
    },
    names,
    gpuJs,
    threads: new WasmThreads(threadCount),
    gpu: found,
    instance(name) {
      const known = instances.get(name) ?? new gpuJs.GPU({ mode: name });
      instances.set(name, known);
      return known;
    },
  };
}
