import fs from "node:fs";

/** More than the files of `/proc/self` have that are read here. */
const MAX_BYTES = 2048;

/**
 * A small file that the system makes anew at each reading; it stays open, as opening costs more than reading. A step may
 * close it, and open a file of its own that takes the number: so the reader looks whether the text is what it wants.
 */
export class ProcessFile {
  readonly #descriptor: number | null;
  readonly #bytes = Buffer.alloc(MAX_BYTES);
  // Kept from before the flow is loaded, whose code may replace it.
  readonly #read = fs.readSync;

  constructor(file: string) {
    this.#descriptor = opened(file);
  }

  /** Null where there is no such file. */
  read(): string | null {
    if (this.#descriptor === null) return null;
    try {
      return this.#bytes.toString("latin1", 0, this.#read(this.#descriptor, this.#bytes, 0, MAX_BYTES, 0));
    } catch {
      return null;
    }
  }
}

function opened(file: string): number | null {
  try {
    return fs.openSync(file, "r");
  } catch {
    return null;
  }
}
