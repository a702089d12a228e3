import { isMillraceError } from "../base/millrace-error.ts";
import type { GpuAdapter, GpuJs } from "./gpu-js.ts";

/** What the package `webgpu` gives: Dawn, Chrome's implementation of WebGPU. */
interface WebGpuPackage {
  create(options: readonly string[]): WebGpu;
}

interface WebGpu {
  requestAdapter(options?: object): Promise<GpuAdapter | null>;
}

/** A GPU that answers, or one line on why there is none. */
export type FoundGpu =
  /** Dawn works for as long as `instance` is held. */
  { readonly adapter: string; readonly instance: unknown } | { readonly reason: string };

/**
 * Looks for a GPU and makes gpu.js use it. Nothing is printed, and nothing throws: a machine without one is no error.
 *
 * @param options - Dawn's own, such as `backend=vulkan`
 */
export async function findGpu(gpuJs: GpuJs, options: readonly string[]): Promise<FoundGpu> {
  const missing = options.length === 0 ? missingVulkan() : null;
  let dawn: WebGpuPackage;
  try {
    dawn = await import("webgpu");
  } catch (error) {
    return { reason: whyNotLoaded(error) };
  }
  if (missing !== null) return { reason: missing };
  try {
    const webGpu = dawn.create(options);
    const adapter = await webGpu.requestAdapter({ powerPreference: "high-performance" });
    if (adapter === null) return { reason: "no graphics driver answers: WebGPU found no adapter" };
    await acquire(gpuJs, adapter);
    return { adapter: nameOf(adapter), instance: webGpu };
  } catch (error) {
    return { reason: `the graphics driver fails: ${firstLine(error)}` };
  }
}

/** gpu.js takes the adapter from `navigator.gpu`, once; left there, it would make other libraries think of a browser. */
async function acquire(gpuJs: GpuJs, adapter: GpuAdapter): Promise<void> {
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  const gpu = { requestAdapter: () => Promise.resolve(adapter) };
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: { gpu } });
  try {
    // Kernels find out in their constructor, too, whether there is WebGPU; what is set here tells them for good.
    Object.defineProperty(gpuJs.WebGPUContext, "isSupported", { configurable: true, value: true });
    await gpuJs.WebGPUContext.acquire();
  } finally {
    if (before === undefined) delete (globalThis as { navigator?: unknown }).navigator;
    else Object.defineProperty(globalThis, "navigator", before);
  }
}

/** Asked of the loader itself, as Dawn would print a warning of several lines. */
function missingVulkan(): string | null {
  if (process.platform !== "linux") return null;
  try {
    process.dlopen({ exports: {} }, "libvulkan.so.1");
  } catch (error) {
    // A library that is there fails as well, later: it is no addon of Node's.
    if (/cannot open shared object file|Error loading shared library/.test(String(error)))
      return "Vulkan is not installed: libvulkan.so.1 is missing (Debian: libvulkan1 and the card's driver)";
  }
  return null;
}

function whyNotLoaded(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const text = firstLine(error);
  if (code === "ERR_MODULE_NOT_FOUND" || /Cannot find (package|module) 'webgpu'/.test(text))
    return "the package webgpu is not installed (npm install webgpu)";
  const needed = /version `(GLIBC_[\d.]+)' not found/.exec(text)?.[1];
  if (needed !== undefined) return `the package webgpu needs a newer C library: ${needed} is not found`;
  if (/dawn\.node/.test(text) && code === "MODULE_NOT_FOUND")
    return `the package webgpu has no binary for ${process.platform}-${process.arch}`;
  return `the package webgpu does not load: ${text}`;
}

function nameOf({ info }: GpuAdapter): string {
  const names = [info.device, info.description].filter((name) => name !== "");
  const [name = "unnamed"] = names.sort((a, b) => Number(/^0x|^\d/.test(a)) - Number(/^0x|^\d/.test(b)));
  return info.vendor === "" || name.toLowerCase().includes(info.vendor.toLowerCase())
    ? name
    : `${info.vendor} ${info.architecture} ${name}`.replace(/\s+/g, " ");
}

function firstLine(error: unknown): string {
  const text = isMillraceError(error) ? error.message : String((error as Error | null)?.message ?? error);
  return text.split("\n", 1)[0] ?? "";
}
