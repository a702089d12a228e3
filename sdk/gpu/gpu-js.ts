import type { BackendName } from "./gpu-info.ts";
import type { WasmFunctionNode } from "./wasm-function-node.ts";

/** The part of gpu.js that is used here; what its own types leave out is described as version 2.24.1 has it. */
export interface GpuJs {
  readonly GPU: new (settings: { readonly mode: BackendName }) => GpuJsInstance;
  readonly Input: new (value: ArrayLike<number>, size: number[]) => object;
  readonly WebAssemblyKernel: { readonly isSIMDSupported: boolean };
  readonly WebAssemblyFunctionNode: { readonly prototype: WasmFunctionNode };
  readonly WebGPUContext: { acquire(): Promise<{ readonly adapter: GpuAdapter; readonly device: unknown }> };
}

export interface GpuAdapter {
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly device: string;
    readonly description: string;
  };
}

export interface GpuJsInstance {
  createKernel(source: string, settings: object): KernelShortcut;
  createPipeline(orchestrate: (...handles: never[]) => unknown, settings: object): PipelineShortcut;
}

/** A callable kernel. Which object works behind it can change with the arguments. */
export interface KernelShortcut {
  (...args: readonly unknown[]): Promise<unknown>;
  readonly kernel: GpuJsKernel;
  setOutput(output: readonly number[]): void;
  destroy(): void;
}

export interface GpuJsKernel {
  readonly constructor: { readonly mode: BackendName };
  readonly built: boolean;
  /** Why the kernel asked for another backend. */
  readonly fallbackReason: string | null;
  /** Set once the kernel is compiled: values per output cell. */
  readonly componentCount?: number;
  build(...args: readonly unknown[]): unknown;
  /** Of WebGPU: settles when the shader is compiled. */
  readonly _buildPromise?: Promise<void> | null;
  /** Of WebAssembly: the threads; made by the kernel for itself if it has none. */
  _pool?: unknown;
  /** Of WebAssembly: what was compiled for each set of sizes. */
  readonly _moduleCache?: ReadonlyMap<string, { readonly id: number }>;
  /** Makes nested arrays of the flat result. */
  _shapeOutput?: (data: Float32Array) => unknown;
}

export interface PipelineShortcut {
  (...args: readonly unknown[]): Promise<unknown>;
  /** The backend that executes; null before the first call. */
  readonly backend: BackendName | null;
  setConstants(constants: object): void;
  destroy(): Promise<void>;
}

/** Its result that stays on the GPU. */
export interface BufferHandle {
  readonly output: readonly number[];
  readonly componentCount: number;
  toArray(): Promise<unknown>;
  delete(): void;
}

/** Loaded when the first kernel is called: the launcher, which only reads the flow, does not need it. */
export async function loadGpuJs(): Promise<GpuJs> {
  const module = (await import("gpu.js")) as unknown as { readonly default: GpuJs };
  return module.default;
}
