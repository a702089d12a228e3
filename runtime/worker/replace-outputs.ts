import { Writable } from "node:stream";
import { writeFully } from "../process/write-fully.ts";

/**
 * Puts streams in place of `process.stdout` and `process.stderr` whose writes are over when they return, before anything
 * has touched Node's own, as the first import of `node:process` does: no module of a worker has one. Those would make the descriptors non-blocking, for this process and for all that shares them:
 * what a full pipe does not take then waits in memory and dies with the process, and native code and child processes
 * fail with EAGAIN.
 */
export function replaceOutputs(): void {
  for (const [name, fd] of [["stdout", 1] as const, ["stderr", 2] as const]) {
    const stream = new OutputStream(fd);
    Object.defineProperty(process, name, { get: () => stream, configurable: true, enumerable: true });
  }
}

class OutputStream extends Writable {
  readonly fd: number;

  constructor(fd: number) {
    super({ autoDestroy: false, emitClose: false });
    this.fd = fd;
    // `console` adds a listener for each line that it writes.
    this.setMaxListeners(0);
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    try {
      writeFully(this.fd, chunk);
    } catch (error) {
      return done(error as Error);
    }
    done();
  }

  /** Says that all is written, and stays open: later tasks of this process write to it as well. */
  override end(...given: unknown[]): this {
    const done = given.find((one) => typeof one === "function") as (() => void) | undefined;
    const [chunk, encoding] = given.filter((one) => typeof one !== "function");
    if (chunk != null) this.write(chunk, encoding as BufferEncoding);
    process.nextTick(() => {
      this.emit("finish");
      done?.();
    });
    return this;
  }

  override destroy(): this {
    return this;
  }
}
