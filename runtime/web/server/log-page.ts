import type { StoredLogLine, StoredLogStream } from "../../datastore/stored-log-line.ts";
import type { ShownLogLine } from "../api/shapes.ts";

/** An answer has this many lines, or this many characters and the rest of a line, at most. */
const MAX_LINES = 2000;
const MAX_CHARS = 512 * 1024;
/** And takes this long at most: one stream of a log may be all of it. */
const MAX_MS = 200;
/** The clock is looked at this seldom. */
const LOOKS = 32;

/** Gathers lines for one answer, as many as one has. */
export class LogPage {
  readonly lines: ShownLogLine[] = [];
  readonly #stream: StoredLogStream | "both";
  readonly #until = performance.now() + MAX_MS;
  #chars = 0;
  #taken = 0;
  #looks = 0;

  constructor(stream: StoredLogStream | "both") {
    this.#stream = stream;
  }

  /** @param task - `step/task`, where the log is that of a run */
  add({ time, stream, text }: StoredLogLine, task?: string): void {
    this.#taken += 1;
    if (this.#stream !== "both" && stream !== this.#stream) return;
    this.lines.push({ time, stream, text, ...(task === undefined ? {} : { task }) });
    this.#chars += text.length;
  }

  /** How many lines were read, with those of the other stream. */
  get taken(): number {
    return this.#taken;
  }

  get isFull(): boolean {
    this.#looks += 1;
    if (this.lines.length >= MAX_LINES || this.#chars >= MAX_CHARS) return true;
    return this.#looks % LOOKS === 0 && performance.now() > this.#until;
  }
}
