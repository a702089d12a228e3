import { Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";

export type Write = (name: "stdout" | "stderr", text: string) => void;

/** Puts streams in place that lead into the cell's outputs, before anything has touched those of the process. */
export function replaceStreams(write: Write): void {
  for (const name of ["stdout", "stderr"] as const) define(name, outputStream(name, write));
  define("stdin", refusingStream());
}

function define(name: "stdin" | "stdout" | "stderr", value: unknown): void {
  Object.defineProperty(process, name, { value, configurable: true, enumerable: true, writable: true });
}

function outputStream(name: "stdout" | "stderr", write: Write): Writable {
  const decoder = new StringDecoder("utf8");
  const stream = new Writable();
  // Without Writable's own bookkeeping: an interrupt may drop a write halfway, and all later ones would wait for its end.
  stream.write = (chunk: string | Uint8Array, ...more: readonly unknown[]) => {
    const text = typeof chunk === "string" ? chunk : decoder.write(chunk);
    if (text !== "") write(name, text);
    const done = more.find((one) => typeof one === "function");
    if (done !== undefined) process.nextTick(done);
    return true;
  };
  // `console` takes back the listener that it adds for each line, unless an interrupt drops it.
  stream.setMaxListeners(0);
  // As with the real ones, nobody may end it for the rest of the session.
  stream.end = () => stream;
  stream.destroy = () => stream;
  return Object.assign(stream, { fd: name === "stdout" ? 1 : 2 });
}

function refusingStream(): Readable {
  const stream = new Readable({
    read() {
      stream.destroy(
        new MillraceError({
          code: "MILLRACE_NOTEBOOK_STDIN",
          headline: "Cannot read from stdin because a notebook's cells have no terminal: process.stdin was read",
          hint: "write the value into a cell, or read it from a file or the environment",
        }),
      );
    },
  });
  return Object.assign(stream, { fd: 0 });
}
