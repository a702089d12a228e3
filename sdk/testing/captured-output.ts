import { Console } from "node:console";
import process from "node:process";
import { Writable } from "node:stream";

/** What a step printed, as text. */
export interface StepLogs {
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams in the order in which they were written. */
  readonly both: string;
}

type Stream = "stdout" | "stderr";

/** Takes over `console` and the process's two output streams; the returned functions give and end the capture. */
export function captureOutput(): { logs: () => StepLogs; restore: () => void } {
  const parts: { stream: Stream; text: string }[] = [];
  const keep = (stream: Stream, chunk: string | Uint8Array, encoding?: BufferEncoding): void => {
    parts.push({ stream, text: typeof chunk === "string" ? decoded(chunk, encoding) : Buffer.from(chunk).toString() });
  };
  const back = [takeConsole(keep), takeStream("stdout", keep), takeStream("stderr", keep)];
  const text = (wanted: readonly Stream[]) =>
    parts
      .filter(({ stream }) => wanted.includes(stream))
      .map((part) => part.text)
      .join("");

  return {
    logs: () => ({ stdout: text(["stdout"]), stderr: text(["stderr"]), both: text(["stdout", "stderr"]) }),
    restore: () => back.forEach((undo) => undo()),
  };
}

type Keep = (stream: Stream, chunk: string | Uint8Array, encoding?: BufferEncoding) => void;

/** A test runner may have put a console of its own in place that does not write to the process's streams. */
function takeConsole(keep: Keep): () => void {
  const before = globalThis.console;
  const sink = (stream: Stream) =>
    new Writable({
      decodeStrings: false,
      write(chunk: string, _, done) {
        keep(stream, chunk);
        done();
      },
    });
  globalThis.console = new Console({ stdout: sink("stdout"), stderr: sink("stderr") });
  return () => (globalThis.console = before);
}

function takeStream(name: Stream, keep: Keep): () => void {
  const stream = process[name];
  const before = Object.getOwnPropertyDescriptor(stream, "write");
  const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
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
