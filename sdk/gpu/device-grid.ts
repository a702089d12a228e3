import { MillraceError } from "../base/millrace-error.ts";
import type { BufferHandle } from "./gpu-js.ts";
import { type DeviceGrid, type Grid, gridOf } from "./grid.ts";

const HANDLE = Symbol.for("millrace.gpu.handle");

/** Memory of grids that nobody holds any more and nobody disposed of. */
const forgotten = new FinalizationRegistry<BufferHandle>((handle) => handle.delete());

/** On a GPU its buffer there; elsewhere the numbers themselves, as they are nowhere else. */
export function deviceGrid(value: Grid | BufferHandle): DeviceGrid {
  let held: Grid | BufferHandle | null = value;
  const isBuffer = "toArray" in value;
  const shape = !isBuffer
    ? value.shape
    : value.componentCount === 1
      ? [...value.output]
      : [value.componentCount, ...value.output];
  const token = {};
  const own = {
    shape,
    async read(): Promise<Grid> {
      if (held === null) throw disposed();
      if (!("toArray" in held)) return held;
      const read = gridOf(await held.toArray());
      if (read === null) throw disposed();
      return { data: read.data, shape };
    },
    dispose(): void {
      if (held !== null && "toArray" in held) held.delete();
      held = null;
      forgotten.unregister(token);
    },
    get [HANDLE](): Grid | BufferHandle {
      if (held === null) throw disposed();
      return held;
    },
  };
  if (isBuffer) forgotten.register(own, value, token);
  return own;
}

/** What a device grid holds; undefined for anything else. */
export function handleOf(value: unknown): Grid | BufferHandle | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as { [HANDLE]?: Grid | BufferHandle })[HANDLE];
}

function disposed(): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DISPOSED",
    headline: "Cannot use a device grid because it was disposed of",
    hint: "dispose of it after its last use; `await grid.read()` first keeps its numbers",
  });
}

export function isHandle(value: unknown): value is BufferHandle {
  return typeof value === "object" && value !== null && (value as { type?: unknown }).type === "WebGPUBuffer";
}
