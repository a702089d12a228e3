import type { Colors } from "picocolors/types.js";
import { isMillraceError } from "../../../../../sdk/base/millrace-error.ts";
import type { LogSource } from "../../../../datastore/reader/log-source.ts";
import { LogTail } from "../../../../datastore/reader/log-tail.ts";
import type { Storage } from "../../../../datastore/storage.ts";
import type { StoredLogLine } from "../../../../datastore/stored-log-line.ts";
import { type PagedLines, Pager } from "../pager/pager.ts";
import { cutLine } from "../list/fitted.ts";
import { LOOK_MS, type ScreenSize } from "../top-view.ts";
import { LogLines } from "./log-lines.ts";

const [LOCAL_MS, REMOTE_MS] = [200, 2000];

/** The log of one attempt, its end first, followed as long as the attempt runs. */
export class LogPane {
  readonly #colors: Colors;
  readonly #lines = new LogLines();
  readonly #pager: Pager;
  readonly #tail: LogTail;
  readonly #isRemote: boolean;
  #unread: Iterator<StoredLogLine> | null = null;
  #fault: string | null = null;
  #isOver = false;

  constructor({ storage, source, colors }: { storage: Storage; source: LogSource; colors: Colors }) {
    this.#colors = colors;
    this.#pager = new Pager(colors, { isAtEnd: true });
    this.#tail = new LogTail(storage, source);
    this.#isRemote = storage.isRemote;
  }

  get typed(): string | null {
    return this.#pager.typed;
  }

  /** @param isRunning - as it was known before: what an attempt writes last is there when its end is */
  look(isRunning: boolean): number | null {
    if (this.#isOver) return null;
    try {
      if (this.#readOn()) return 0;
    } catch (error) {
      if (!isMillraceError(error)) throw error;
      this.#fault = error.message;
      this.#isOver = true;
    }
    if (!isRunning) this.#isOver = true;
    if (this.#isOver) return null;
    return this.#isRemote ? REMOTE_MS : LOCAL_MS;
  }

  press(key: string): boolean {
    return this.#pager.press(key, this.#shown());
  }

  body({ columns, rows }: ScreenSize): string[] {
    const lines = this.#shown();
    const fault = this.#fault === null ? [] : [this.#colors.red(cutLine(this.#fault, columns))];
    const shown = this.#pager.body(lines, { columns, rows: Math.max(rows - 1 - fault.length, 1) });
    return [this.#colors.dim(cutLine(this.#note(lines), columns)), ...shown, ...fault];
  }

  #note(lines: PagedLines): string {
    if (lines.count === 0) return this.#isOver ? "it wrote nothing" : "nothing yet";
    const { dropped } = this.#lines;
    const rest = dropped === 0 ? "" : `  ${dropped} lines before: the command logs has them`;
    return `lines ${this.#pager.where(lines)}${this.#unread === null ? "" : "  reading"}${rest}`;
  }

  #shown(): PagedLines {
    const lines = this.#lines;
    return {
      count: lines.count,
      plainOf: (at) => lines.plainOf(at),
      textOf: (at) => (lines.streamOf(at) === "stderr" ? this.#colors.red(lines.textOf(at)) : lines.textOf(at)),
    };
  }

  /** True if its time was over first. */
  #readOn(): boolean {
    const until = performance.now() + LOOK_MS;
    const { dropped } = this.#lines;
    this.#unread ??= this.#tail.next();
    let isDone = false;
    for (let count = 1; !isDone; count += 1) {
      const next: IteratorResult<StoredLogLine, unknown> = this.#unread.next();
      if (next.done === true) isDone = true;
      else this.#lines.add(next.value);
      if (!isDone && count % 64 === 0 && performance.now() > until) break;
    }
    this.#pager.dropped(this.#lines.dropped - dropped);
    if (isDone) this.#unread = null;
    return !isDone;
  }
}
