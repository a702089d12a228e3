import fs from "node:fs";
import { writeFully } from "./output-streams.ts";

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

/** Of the file, pipe or socket that has this number now; null for none. */
function identityOf(descriptor: number): string | null {
  try {
    const { dev, ino } = fs.fstatSync(descriptor, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

function writeMarker(descriptor: number, marker: string): void {
  try {
    writeFully(descriptor, Buffer.from(marker));
  } catch {
    // Nobody reads it any more.
  }
}
