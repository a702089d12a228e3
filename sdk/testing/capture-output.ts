import { AsyncLocalStorage } from "node:async_hooks";
import { Console } from "node:console";
import process from "node:process";
import { Writable } from "node:stream";

/** What a step printed, as text. */
export interface StepLogs {
  /** What the step wrote to stdout. */
  readonly stdout: string;
  /** What the step wrote to stderr. */
  readonly stderr: string;
  /** Both streams in the order in which they were written. */
  readonly both: string;
}

type Stream = "stdout" | "stderr";

export interface OutputCapture {
  /** Runs the work whose output is kept; what others write meanwhile, such as a test runner, goes where it went. */
  within<T>(work: () => T): T;
  logs(): StepLogs;
  /** Gives `console` and the streams back. */
  restore(): void;
}

/** Takes over `console` and the process's two output streams. */
export function captureOutput(): OutputCapture {
  const inside = new AsyncLocalStorage<true>();
  const parts: { stream: Stream; text: string }[] = [];
  const capture: Capture = {
    isOn: () => inside.getStore() === true,
    keep(stream, chunk, encoding) {
      const text = typeof chunk === "string" ? decoded(chunk, encoding) : Buffer.from(chunk).toString();
      parts.push({ stream, text });
    },
  };
  const back = [takeConsole(capture), takeStream("stdout", capture), takeStream("stderr", capture)];
  const text = (wanted: readonly Stream[]) =>
    parts
      .filter(({ stream }) => wanted.includes(stream))
      .map((part) => part.text)
      .join("");

  return {
    within: (work) => inside.run(true, work),
    logs: () => ({ stdout: text(["stdout"]), stderr: text(["stderr"]), both: text(["stdout", "stderr"]) }),
    restore: () => back.forEach((undo) => undo()),
  };
}

interface Capture {
  /** True for code of the step. */
  isOn(): boolean;
  keep(stream: Stream, chunk: string | Uint8Array, encoding?: BufferEncoding): void;
}

/** A test runner may have put a console of its own in place that does not write to the process's streams. */
function takeConsole({ isOn, keep }: Capture): () => void {
  const before = globalThis.console;
  const sink = (stream: Stream) =>
    new Writable({
      decodeStrings: false,
      write(chunk: string, _, done) {
        keep(stream, chunk);
        done();
      },
    });
  const own = new Console({ stdout: sink("stdout"), stderr: sink("stderr") });
  globalThis.console = new Proxy(before, {
    get: (target, name) => Reflect.get(isOn() ? own : target, name) as unknown,
  });
  return () => (globalThis.console = before);
}

function takeStream(name: Stream, { isOn, keep }: Capture): () => void {
  const stream = process[name];
  const before = Object.getOwnPropertyDescriptor(stream, "write");
  const writeBefore = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    if (!isOn()) return writeBefore(chunk, ...rest);
    keep(name, chunk, typeof rest[0] === "string" ? (rest[0] as BufferEncoding) : undefined);
    const done = rest.find((one) => typeof one === "function") as (() => void) | undefined;
    if (done !== undefined) process.nextTick(done);
    return true;
  };
  Object.defineProperty(stream, "write", { configurable: true, writable: true, value: write });
  return () => {
    if (before === undefined) Reflect.deleteProperty(stream, "write");
    else Object.defineProperty(stream, "write", before);
  };
}

function decoded(text: string, encoding: BufferEncoding | undefined): string {
  return encoding === undefined || encoding === "utf8" || encoding === "utf-8"
    ? text
    : Buffer.from(text, encoding).toString();
}
