import { identityOf } from "../datastore/local/identity-of.ts";
import { writeFully } from "../process/write-fully.ts";

const DESCRIPTORS = [1, 2] as const;

/** Tells the reader of this process's output where that of a task ends. */
export class OutputMarkers {
  readonly #outputs = DESCRIPTORS.map(identityOf);

  /** After all that the task wrote; into an output that it closed nothing is written, as its number may be another file's. */
  write(marker: string): void {
    for (const [at, descriptor] of DESCRIPTORS.entries()) {
      const identity = identityOf(descriptor);
      if (identity === null || identity !== this.#outputs[at]) continue;
      writeMarker(descriptor, marker);
    }
  }
}

function writeMarker(descriptor: number, marker: string): void {
  try {
    writeFully(descriptor, Buffer.from(marker));
  } catch {
    // Nobody reads it any more.
  }
}
