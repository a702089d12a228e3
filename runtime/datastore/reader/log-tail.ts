import { type StoredLogLine, parseLog } from "../stored-log-line.ts";
import type { Storage } from "../storage.ts";
import { LineTail } from "./line-tail.ts";
import { type AttemptPlace, logKey, type RunPlace } from "../run-keys.ts";

/** Reads the log of one attempt while it is written: each call gives the lines since the last one. */
export class LogTail {
  readonly #tail: LineTail;

  constructor(storage: Storage, of: RunPlace & AttemptPlace) {
    this.#tail = new LineTail(storage, logKey(of));
  }

  *next(): Generator<StoredLogLine> {
    for (const lines of this.#tail.next()) yield* parseLog(lines);
  }
}
