import { randomBytes } from "node:crypto";
import { type AttemptResult, locatorOf, type ResultLocator } from "./records.ts";
import { segmentKey } from "./run-keys.ts";
import type { ResultTables } from "./result-tables.ts";
import type { Appender, Storage } from "./storage.ts";

/**
 * Writes one process's results, a line each, to a file that nobody else writes. The line's last byte, its newline, is
 * the commit of the attempt.
 */
export class ResultWriter {
  readonly #storage: Storage;
  readonly #folder: string;
  #segment: { name: string; appender: Appender; size: number } | null = null;

  readonly #tables: ResultTables;

  readonly #by: number;

  /** @param of - `by`: what its file's name begins with */
  constructor(
    storage: Storage,
    { folder, tables, by }: { readonly folder: string; readonly tables: ResultTables; readonly by: number },
  ) {
    this.#by = by;
    this.#storage = storage;
    this.#folder = folder;
    this.#tables = tables;
  }

  write(result: AttemptResult): ResultLocator {
    const line = Buffer.from(`${JSON.stringify(this.#tables.line(result))}\n`);
    const segment = (this.#segment ??= this.#open());
    try {
      void segment.appender.append(line);
      segment.appender.flush();
    } catch (error) {
      // Half a line may be there now: what follows goes elsewhere.
      this.#segment = null;
      segment.appender.close();
      throw error;
    }
    const { run, step, task, attempt } = result;
    const locator = locatorOf({ run, step, task, attempt, segment: segment.name, offset: segment.size });
    segment.size += line.length;
    if (segment.size >= this.#storage.segmentBytes) {
      this.#segment = null;
      segment.appender.close();
    }
    return locator;
  }

  #open(): { name: string; appender: Appender; size: number } {
    const name = `${this.#by}-${randomBytes(6).toString("hex")}`;
    return { name, appender: this.#storage.append(segmentKey(this.#folder, name)), size: 0 };
  }
}
