/** `webgpu`: compute shaders; `webasm`: threads of SIMD WebAssembly; `cpu`: plain JavaScript. Best first. */
export type BackendName = "webgpu" | "webasm" | "cpu";

/** What `gpu.info()` tells: what kernels run on in this process. */
export interface GpuInfo {
  /** `webgpu`: a GPU; `webasm`: SIMD WebAssembly on the processor's threads; `cpu`: plain JavaScript. */
  readonly backend: BackendName;
  /** Name of the graphics card; null without one. */
  readonly adapter: string | null;
  /** Why no GPU is used; null if one is. */
  readonly reason: string | null;
  /** Threads that compute at once on the processor; 0 on a GPU. */
  readonly threads: number;
  /** Four cells at once by the processor's vector instructions. */
  readonly hasSimd: boolean;
}
