import { MillraceError } from "../base/millrace-error.ts";

/**
 * Numbers in one to three dimensions, flat: what a kernel returns and takes. Plain data, so it can be an artifact.
 *
 * The first dimension is the one that runs fastest: element `(x, y, z)` of shape `[width, height, depth]` is
 * `data[x + width * (y + height * z)]`, and a kernel reads it as `grid[z][y][x]`.
 */
export interface Grid {
  /** The cells, in the order of the axes of `shape`, the first of them fastest. */
  readonly data: Float32Array;
  /** As `output`: `[width]`, `[width, height]` or `[width, height, depth]`. */
  readonly shape: readonly number[];
}

/** A result that stayed where it was computed: kernels take it as they take a {@link Grid}, without moving it. */
export interface DeviceGrid {
  /** As `output`: `[width]`, `[width, height]` or `[width, height, depth]`. */
  readonly shape: readonly number[];
  /** Brings the numbers here. */
  read(): Promise<Grid>;
  /** Frees its memory on the device; it cannot be used any more. */
  dispose(): void;
}

/** A size in one to three dimensions, the fastest first. */
export type KernelOutput = readonly [number] | readonly [number, number] | readonly [number, number, number];

/** One dimension of numbers as a kernel takes it. */
export type Numbers = readonly number[] | NumberArray;

/** Typed arrays that kernels take; they compute with 32-bit floats. */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** What may be passed for a parameter that the kernel declares as `T`. */
export type GridInput<T> = T extends readonly (readonly (readonly number[])[])[]
  ? readonly (readonly Numbers[])[] | Grid | DeviceGrid
  : T extends readonly (readonly number[])[]
    ? readonly Numbers[] | Grid | DeviceGrid
    : T extends readonly number[]
      ? Numbers | Grid | DeviceGrid
      : T;

/** A flat array and its shape, ready for a device. */
export interface FlatInput {
  readonly data: ArrayLike<number>;
  readonly shape: number[];
}

/**
 * A grid of `data`, which is copied if it is no Float32Array.
 *
 * @example
 * ```ts
 * import { grid } from "millrace/gpu";
 *
 * const twoRows = grid([1, 2, 3, 4, 5, 6], [3, 2]);
 * ```
 * @throws MillraceError if the shape does not fit the length
 */
export function grid(data: Numbers, shape: readonly number[]): Grid {
  const size = shape.reduce((product, length) => product * length, 1);
  if (shape.length < 1 || shape.length > 3 || size !== data.length) {
    throw new MillraceError({
      code: "MILLRACE_KERNEL_ARGUMENT",
      headline: `Cannot make a grid because its shape does not fit its data: [${shape.join(", ")}] for ${data.length} numbers`,
      hint: "give one to three lengths whose product is the number of values, the fastest first: [width, height]",
    });
  }
  return { data: data instanceof Float32Array ? data : Float32Array.from(data), shape: [...shape] };
}

/**
 * The shape of what a kernel was given, the fastest dimension first: for outputs that follow from an argument.
 *
 * @example
 * ```ts
 * import { kernel, shapeOf } from "millrace/gpu";
 *
 * const twice = kernel(
 *   function (values: number[]) {
 *     return 2 * values[this.thread.x]!;
 *   },
 *   { output: ([values]) => shapeOf(values) },
 * );
 * ```
 * @throws MillraceError if it is no array of numbers in one to three dimensions
 */
export function shapeOf(value: GridInput<number[]> | GridInput<number[][]> | GridInput<number[][][]>): KernelOutput {
  const shape = "shape" in value ? value.shape : nestedShape(value);
  if (shape !== null && shape.length <= 3) return [...shape] as unknown as KernelOutput;
  throw new MillraceError({
    code: "MILLRACE_KERNEL_ARGUMENT",
    headline: `Cannot tell a shape because there are ${shape?.length ?? "no"} dimensions`,
    hint: "give an array of numbers, rows of numbers, or a grid of one to three dimensions",
  });
}

export function isGrid(value: unknown): value is Grid {
  return isObject(value) && isNumberArray(value["data"]) && Array.isArray(value["shape"]);
}

/**
 * Lays nested arrays out flat; a flat typed array is taken as it is.
 * @returns null for a value that is no array of numbers
 */
export function flatInput(value: unknown): FlatInput | null {
  if (isGrid(value)) return { data: value.data, shape: [...value.shape] };
  if (isNumberArray(value)) return { data: value, shape: [value.length] };
  if (!Array.isArray(value)) return null;
  const shape = nestedShape(value);
  if (shape === null) return null;
  const data = new Float32Array(shape.reduce((product, length) => product * length, 1));
  return fill(data, value, { shape, at: 0 }) === data.length ? { data, shape } : null;
}

/**
 * What gpu.js returns, as a grid. Its nested arrays are mostly views of one buffer in the right order: that is taken
 * instead of a copy.
 */
export function gridOf(result: unknown): Grid | null {
  const shape = nestedShape(result) ?? [];
  let first = result;
  while (Array.isArray(first)) first = (first as unknown[])[0];
  const size = shape.reduce((product, length) => product * length, 1);
  if (first instanceof Float32Array && first.byteOffset === 0 && first.buffer.byteLength === size * 4)
    return { data: new Float32Array(first.buffer), shape };
  const flat = flatInput(result);
  return flat === null ? null : { data: flat.data as Float32Array, shape: flat.shape };
}

/** Lengths along the first elements, the innermost first. */
function nestedShape(value: unknown): number[] | null {
  const shape: number[] = [];
  for (let at = value; Array.isArray(at) || isNumberArray(at); at = (at as ArrayLike<unknown>)[0])
    shape.unshift((at as ArrayLike<unknown>).length);
  return shape.length >= 1 && shape.length <= 4 ? shape : null;
}

/** Copies one level; returns the place after it, or NaN where a length differs or a value is no number. */
function fill(data: Float32Array, value: unknown, { shape, at }: { shape: readonly number[]; at: number }): number {
  const items = value as ArrayLike<unknown>;
  if (!(Array.isArray(value) || isNumberArray(value)) || items.length !== shape.at(-1)) return Number.NaN;
  if (shape.length === 1) {
    if (Array.isArray(value) && !value.every((item) => typeof item === "number")) return Number.NaN;
    data.set(items as ArrayLike<number>, at);
    return at + items.length;
  }
  const inner = shape.slice(0, -1);
  let place = at;
  for (let index = 0; index < items.length && !Number.isNaN(place); index += 1)
    place = fill(data, items[index], { shape: inner, at: place });
  return place;
}

function isNumberArray(value: unknown): value is NumberArray {
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView) &&
    !(value instanceof BigInt64Array) &&
    !(value instanceof BigUint64Array)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
