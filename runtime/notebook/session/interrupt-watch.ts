import { Session } from "node:inspector";
import net from "node:net";
import { fileURLToPath } from "node:url";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { INTERRUPT_FD } from "./channel.ts";
import { signalGroup } from "../../process/signal-group.ts";

/** Called in the main thread while it is paused, with the frames of its stack; false: not here. */
const UNWIND_KEY = "millrace.notebook.unwind";

/** A frame of a stack: script, line and column from 1. */
export type PausedFrame = readonly [file: string, line: number, column: number];

export interface InterruptWatchOptions {
  /** True while this thread does what must not be left half done. */
  readonly isBusy: () => boolean;
  /** Learns where the thread was, and which interrupt dropped what it did. */
  readonly onDrop: (frames: readonly PausedFrame[], count: number) => void;
}

export interface InterruptWatch {
  /** Tells that this thread has taken note of an interrupt by itself. */
  acknowledge(count: number): void;
}

/**
 * Starts the thread that can stop this one in an endless loop: it asks the debugger to pause and then to drop what is on
 * the stack.
 */
export function watchForInterrupts({ isBusy, onDrop }: InterruptWatchOptions): InterruptWatch {
  const seen = new Int32Array(new SharedArrayBuffer(4));
  Object.defineProperty(globalThis, Symbol.for(UNWIND_KEY), {
    value: (frames: readonly PausedFrame[], count: number) => {
      if (isBusy()) return false;
      onDrop(frames, count);
      clearAsyncStack();
      return true;
    },
  });
  new Worker(new URL(import.meta.url), { workerData: seen.buffer, execArgv: [], stdout: false }).unref();
  return { acknowledge: (count) => Atomics.store(seen, 0, Math.max(count, Atomics.load(seen, 0))) };
}

/** Thrown nowhere: see {@link clearAsyncStack}. */
export const UNWOUND = Symbol("unwound");

/**
 * Node counts how deep in callbacks it is, and aborts if the count is wrong when it comes to the bottom, as it would be
 * after frames were dropped. Whatever throws is dropped as well, and its handler sets the count back: so it is called.
 */
function clearAsyncStack(): void {
  (process as unknown as { _fatalException?: (error: unknown, isPromise: boolean) => void })._fatalException?.(
    UNWOUND,
    false,
  );
}

if (!isMainThread) watch(new Int32Array(workerData as SharedArrayBuffer));

/** Time for the main thread to take note of an interrupt by itself. */
const PATIENCE_MS = 150;

/** Each byte that the front sends is an interrupt; the end of the pipe is the end of the front. */
function watch(seen: Int32Array): void {
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  let isDropping = false;
  const isAwaited = () => Atomics.load(seen, 0) < count;
  const pipe = new net.Socket({ fd: INTERRUPT_FD, readable: true, writable: false });
  pipe.on("data", (bytes) => {
    count += bytes.length;
    // One timer that goes on: callbacks of the inspector cannot start any that fire in time.
    clearInterval(timer);
    timer = setInterval(check, PATIENCE_MS);
  });
  // The main thread ends by itself when it can.
  pipe.on("close", () => setTimeout(endProcess, 1_000));
  pipe.on("error", () => undefined);

  function check(): void {
    if (isDropping) return;
    if (isAwaited()) {
      isDropping = true;
      dropStack(
        () => (isAwaited() ? count : null),
        () => (isDropping = false),
      );
      return;
    }
    clearInterval(timer);
    timer = undefined;
  }
}

/** Pauses the main thread wherever it is, and lets it go on with an empty stack if that is still asked for then. */
function dropStack(awaited: () => number | null, then: () => void): void {
  const scripts = new Map<string, string>();
  const session = new Session();
  session.connectToMainThread();
  session.on("Debugger.scriptParsed", ({ params }) => scripts.set(params.scriptId, params.url));
  session.on("Debugger.paused", ({ params }) => {
    const frames = params.callFrames.map(({ location }): PausedFrame => {
      const url = scripts.get(location.scriptId) ?? "";
      // The inspector makes URLs of paths.
      const file = url.startsWith("file:") ? fileURLToPath(url) : url;
      return [file, location.lineNumber + 1, (location.columnNumber ?? 0) + 1];
    });
    const count = awaited();
    const isDropped = count !== null;
    const expression = isDropped ? `globalThis[Symbol.for("${UNWIND_KEY}")](${JSON.stringify(frames)}, ${count})` : "";
    session.post("Runtime.evaluate", { expression }, (_error, answer) => {
      if (answer?.result.value === false) return session.post("Debugger.stepOut");
      session.post("Debugger.resume", { terminateOnResume: isDropped }, () => {
        session.disconnect();
        then();
      });
    });
  });
  session.post("Debugger.enable");
  session.post("Debugger.pause");
}

/** Ends the session at once, and what its cells have started. */
export function endProcess(): void {
  signalGroup(process.pid, "SIGKILL");
}
