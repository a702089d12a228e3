import type { Environment } from "./environment.ts";

/** What kernels of `millrace/gpu` run on. */
export interface GpuSettings {
  readonly backend: "webgpu" | "webasm" | "cpu" | null;
  readonly webGpuOptions: readonly string[];
}

/** `MILLRACE_GPU_BACKEND` is `webgpu`, `webasm` or `cpu`; Dawn's own options are for tests. */
export function gpuSettings(env: Environment): GpuSettings {
  const backend = env["MILLRACE_GPU_BACKEND"];
  const options = env["MILLRACE_WEBGPU_OPTIONS"] ?? "";
  return {
    backend: backend === "webgpu" || backend === "webasm" || backend === "cpu" ? backend : null,
    webGpuOptions: options.split(" ").filter((option) => option !== ""),
  };
}
