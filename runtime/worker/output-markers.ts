import fs from "node:fs";
import process from "node:process";

const DESCRIPTORS = [1, 2] as const;

/** Tells the reader of this process's output where that of a task ends. */
export class OutputMarkers {
  readonly #outputs = DESCRIPTORS.map(identityOf);

  /** After all that the task wrote; into an output that it closed nothing is written, as its number may be another file's. */
  write(marker: string): void {
    for (const [at, descriptor] of DESCRIPTORS.entries()) {
      const identity = identityOf(descriptor);
      if (identity === null || identity !== this.#outputs[at]) continue;
      const stream = descriptor === 1 ? process.stdout : process.stderr;
      // What JavaScript wrote may still be queued in the stream object; native writes go to the descriptor at once.
      if (stream.writableLength > 0) stream.write(marker);
      else writeFully(descriptor, Buffer.from(marker));
    }
  }
}

/** Of the file, pipe or socket that has this number now; null for none. */
function identityOf(descriptor: number): string | null {
  try {
    const { dev, ino } = fs.fstatSync(descriptor, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

function writeFully(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += fs.writeSync(descriptor, bytes, at);
    } catch (error) {
      // The pipe is full: its reader is a live process, so this ends soon.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
