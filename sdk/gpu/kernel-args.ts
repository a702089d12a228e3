import { MillraceError } from "../base/millrace-error.ts";
import { handleOf, isHandle } from "./device-grid.ts";
import type { BackendName } from "./gpu-info.ts";
import type { GpuJs } from "./gpu-js.ts";
import { type FlatInput, flatInput } from "./grid.ts";
import type { KernelPlan } from "./kernel-plan.ts";

/** One argument, checked: a number, a flat array, or something that gpu.js takes as it is. */
export type KernelArg =
  { readonly kind: "value"; readonly value: unknown } | { readonly kind: "array"; readonly flat: FlatInput };

/** @throws MillraceError that lists every argument that does not fit */
export function kernelArgs(plan: KernelPlan, given: readonly unknown[]): KernelArg[] {
  const { parameters } = plan.source;
  const types = plan.options.argumentTypes ?? {};
  const wrong: string[] = [];
  if (given.length !== parameters.length)
    wrong.push(`it takes ${parameters.length} (${parameters.join(", ")}), and was given ${given.length}`);
  const args = given.map((value, index): KernelArg => {
    const name = parameters[index] ?? String(index);
    if (typeof value === "number" || typeof value === "boolean" || types[name] !== undefined)
      return { kind: "value", value };
    const handle = handleOf(value);
    if (isHandle(handle)) return { kind: "value", value: handle };
    const flat = flatInput(handle ?? value);
    if (flat !== null && flat.shape.length <= 3 && flat.data.length > 0) return { kind: "array", flat };
    wrong.push(`${name} is ${shown(value)}`);
    return { kind: "value", value };
  });
  if (wrong.length === 0) return args;
  throw new MillraceError({
    code: "MILLRACE_KERNEL_ARGUMENT",
    headline: `Cannot call the kernel${plan.name === "" ? "" : ` ${plan.name}`} because of its arguments: ${wrong[0] ?? ""}`,
    details: wrong.slice(1),
    hint: "a kernel takes numbers, booleans, and arrays of numbers in one to three dimensions whose rows have the same length; or grids",
  });
}

/** A copy that later changes of the caller's arrays do not reach. */
export function snapshot(args: readonly KernelArg[]): KernelArg[] {
  return args.map((arg) =>
    arg.kind === "value" ? arg : { kind: "array", flat: { ...arg.flat, data: Float32Array.from(arg.flat.data) } },
  );
}

export function gpuJsArgs(args: readonly KernelArg[], place: { gpuJs: GpuJs; name: BackendName }): unknown[] {
  return args.map((arg) => (arg.kind === "value" ? arg.value : gpuJsArray(arg.flat, place)));
}

/** As gpu.js takes it flat; but its plain JavaScript reads a flat array by the output's size, so there it gets rows. */
export function gpuJsArray({ data, shape }: FlatInput, { gpuJs, name }: { gpuJs: GpuJs; name: BackendName }): unknown {
  if (name !== "cpu") return new gpuJs.Input(data, [...shape]);
  const [width = 0, height = 1, depth = 1] = shape;
  const flat = data instanceof Float32Array ? data : Float32Array.from(data);
  if (shape.length === 1) return flat;
  const row = (at: number) => flat.subarray(at * width, (at + 1) * width);
  const layer = (z: number) => Array.from({ length: height }, (_, y) => row(z * height + y));
  return shape.length === 2 ? layer(0) : Array.from({ length: depth }, (_, z) => layer(z));
}

/** Bytes that go to the device; what is there already does not. */
export function bytesOf(args: readonly KernelArg[]): number {
  return args.reduce((sum, arg) => {
    if (arg.kind === "array") return sum + arg.flat.data.length * Float32Array.BYTES_PER_ELEMENT;
    return sum + (isHandle(arg.value) ? 0 : Float32Array.BYTES_PER_ELEMENT);
  }, 0);
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return (value as ArrayLike<unknown> & ArrayBufferView).length === 0
      ? "an empty array"
      : "an array whose rows differ in length or hold something else than numbers";
  }
  return typeof value === "object" ? `a ${value.constructor?.name ?? "object"}` : `a ${typeof value}`;
}
