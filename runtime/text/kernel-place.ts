/** On what kernels ran, for people. */
export function kernelPlace({ backend, adapter, threads }: KernelPlace): string {
  if (backend === "webgpu") return adapter ?? "a GPU";
  return backend === "webasm" ? `WebAssembly, ${threads} ${threads === 1 ? "thread" : "threads"}` : "plain JavaScript";
}

interface KernelPlace {
  readonly backend: "webgpu" | "webasm" | "cpu";
  readonly adapter: string | null;
  readonly threads: number;
}
