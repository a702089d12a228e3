import { Worker } from "node:worker_threads";
import { WASM_THREAD_SOURCE } from "./wasm-thread-source.ts";

/** A compiled kernel for one set of sizes, as gpu.js makes it. */
export interface WasmEntry {
  readonly id: number;
  readonly module: unknown;
  readonly memory: unknown;
  readonly mathImports: readonly string[];
  /** Cells of the output, and those of one row. */
  readonly cells: number;
  readonly sizeX: number;
}

interface Thread {
  readonly worker: Worker;
  readonly loaded: Set<number>;
  readonly pending: Map<number, { resolve: () => void; reject: (error: Error) => void }>;
}

/** Pieces per thread: the last ones even out what is unequal in work. */
const PIECES = 8;

/**
 * Threads that all kernels of this process share; gpu.js would start as many for each kernel. It stands in for gpu.js's
 * own pool, whose members it therefore has, and cuts the output so that memory is used from the cache.
 */
export class WasmThreads {
  readonly size: number;
  readonly #threads = new Map<number, Thread>();
  #calls = 0;

  constructor(size: number) {
    this.size = size;
  }

  /** Called by a kernel; of its tasks only the seed counts, as the work is cut here. */
  async dispatch(entry: WasmEntry, tasks: readonly { readonly seed: number }[]): Promise<void> {
    const width = entry.sizeX;
    const height = entry.cells / width;
    const run = {
      ...piecesOf(width, height, this.size * PIECES),
      ...{ type: "run", id: entry.id, width, height, seed: tasks[0]?.seed ?? 0 },
      next: new Int32Array(new SharedArrayBuffer(4)),
    };
    await Promise.all(Array.from({ length: this.size }, (_, index) => this.#run(this.#thread(index), entry, run)));
  }

  /** A kernel that goes: the threads forget it, so that its memory can be freed. */
  release(id: number): void {
    for (const { worker, loaded } of this.#threads.values())
      if (loaded.delete(id)) worker.postMessage({ type: "release", id });
  }

  /** Called by a kernel that is destroyed, as if the threads were its own. */
  destroy(): void {
    // They stay for the other kernels.
  }

  #run(thread: Thread, entry: WasmEntry, run: object): Promise<void> {
    const { worker, loaded, pending } = thread;
    const { id, module, memory, mathImports } = entry;
    if (!loaded.has(id)) worker.postMessage({ type: "load", id, module, memory, mathImports });
    loaded.add(id);
    const call = (this.#calls += 1);
    return new Promise((resolve, reject) => {
      pending.set(call, { resolve, reject });
      // While it works, and only then, it keeps the process alive.
      worker.ref();
      worker.postMessage({ ...run, call });
    });
  }

  #thread(index: number): Thread {
    const thread = this.#threads.get(index) ?? this.#start(index);
    this.#threads.set(index, thread);
    return thread;
  }

  #start(index: number): Thread {
    const worker = new Worker(WASM_THREAD_SOURCE, { eval: true, env: {}, execArgv: [] });
    const thread: Thread = { worker, loaded: new Set(), pending: new Map() };
    worker.unref();
    worker.on("message", ({ call, error }: { call: number; error: string | null }) => {
      const waiting = thread.pending.get(call);
      thread.pending.delete(call);
      if (thread.pending.size === 0) worker.unref();
      if (error === null) waiting?.resolve();
      else waiting?.reject(new Error(error));
    });
    const gone = (error: Error) => {
      this.#threads.delete(index);
      for (const { reject } of thread.pending.values()) reject(error);
    };
    worker.on("error", gone);
    worker.on("exit", (code) => gone(new Error(`a kernel's thread ended with code ${code}`)));
    return thread;
  }
}

/** Whole rows where there are enough of them, else parts of rows; four cells stay together. */
function piecesOf(width: number, height: number, wanted: number): { rows: number; columns: number } {
  if (height >= wanted) return { rows: Math.ceil(height / wanted), columns: width };
  return { rows: 1, columns: Math.ceil((width * height) / wanted / 4) * 4 };
}
