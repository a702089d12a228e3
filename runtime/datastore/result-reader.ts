import { constants } from "node:buffer";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { lineTooLong } from "./lines-of.ts";
import { parseLocator, type ResultLocator } from "./records.ts";
import { segmentKey } from "./run-keys.ts";
import type { ObjectReader, Storage } from "./storage.ts";

/** Most results are smaller: then one read fetches the whole line. */
const READ_BYTES = 4096;
const NEWLINE = 0x0a;
/** Segments that are kept open. Where each call is a request they are small, and their bytes are at hand. */
const KEPT_FILES = 16;
const KEPT_OBJECTS = 64;

/** Reads results by their place; keeps a few segments at hand, as the inputs of a join lie side by side. */
export class ResultReader {
  readonly #storage: Storage;
  readonly #folderOf: (run: string) => string;
  readonly #open = new Map<string, ObjectReader>();

  constructor(storage: Storage, folderOf: (run: string) => string) {
    this.#storage = storage;
    this.#folderOf = folderOf;
  }

  /** The line at a locator's place, or null if there is none. */
  line(locator: ResultLocator): string | null {
    const { run, segment, offset } = parseLocator(locator);
    const key = segmentKey(this.#folderOf(run), segment);
    const reader = this.#open.get(key) ?? this.#opened(key);
    if (reader === null) return null;
    if (!this.#storage.isRemote) return lineAt(reader, { key, offset });
    return this.#lineInObject(reader, { key, offset });
  }

  /** Announces results that will be asked for soon. */
  ahead(locators: readonly ResultLocator[]): void {
    if (!this.#storage.isRemote) return;
    const keys = locators.map((locator) => {
      const { run, segment } = parseLocator(locator);
      return segmentKey(this.#folderOf(run), segment);
    });
    const wanted = [...new Set(keys)].filter((key) => !this.#open.has(key));
    this.#storage.ahead(wanted.slice(0, KEPT_OBJECTS).map((key) => ({ op: "open", key })));
  }

  /**
   * A segment that has grown since is opened again. What was announced may have been answered before the line was
   * there: only the second answer is surely fresh.
   */
  #lineInObject(opened: ObjectReader, at: LinePlace): string | null {
    let reader: ObjectReader | null = opened;
    for (let tries = 0; reader !== null; tries += 1) {
      const line = lineAt(reader, { ...at, size: reader.size });
      if (line !== null || tries === 2) return line;
      reader = this.#opened(at.key);
    }
    return null;
  }

  #opened(key: string): ObjectReader | null {
    this.#close(key);
    const reader = this.#storage.open(key);
    if (reader === null) return null;
    const kept = this.#storage.isRemote ? KEPT_OBJECTS : KEPT_FILES;
    for (const [oldest] of this.#open) if (this.#open.size >= kept) this.#close(oldest);
    this.#open.set(key, reader);
    return reader;
  }

  #close(key: string): void {
    this.#open.get(key)?.close();
    this.#open.delete(key);
  }
}

export function missingResult(flow: string, locator: ResultLocator): MillraceError {
  return new MillraceError({
    code: "MILLRACE_MISSING_RESULT",
    headline: `Cannot read the result of ${flow}/${locator} because it is not in the datastore`,
    hint: "was the run removed while another one still uses its tasks?",
  });
}

interface LinePlace {
  readonly key: string;
  readonly offset: number;
  /** Where the object ends; a file is asked. */
  readonly size?: number;
}

function lineAt(reader: ObjectReader, { key, offset, size = Infinity }: LinePlace): string | null {
  for (let want = READ_BYTES; ; want *= 8) {
    const bytes = reader.readUpTo(Math.max(Math.min(want, size - offset), 0), offset);
    const end = bytes.indexOf(NEWLINE);
    if (Math.max(end, bytes.length - 1) > constants.MAX_STRING_LENGTH) throw lineTooLong(key);
    if (end >= 0) return bytes.toString("utf8", 0, end);
    if (bytes.length < want) return null;
  }
}
