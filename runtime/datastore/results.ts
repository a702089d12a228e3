import { randomBytes } from "node:crypto";
import { MillraceError } from "../../sdk/errors.ts";
import { type AttemptResult, locatorOf, parseLocator, type ResultLocator } from "./records.ts";
import type { Appender, ObjectReader, Storage } from "./storage.ts";

/** Most results are smaller: then one read fetches the whole line. */
const READ_BYTES = 4096;
const NEWLINE = 0x0a;
/** Of small segments; they are up to `Storage.segmentBytes` and a line long. */
const KEPT_SEGMENTS = 64;
/** Segments that are asked for together when all are read. */
const SEGMENTS_AHEAD = 32;

/**
 * Writes one process's results, a line each, to a file that nobody else writes. The line's last byte, its newline, is
 * the commit of the attempt.
 */
export class ResultWriter {
  readonly #storage: Storage;
  readonly #folder: string;
  #segment: { name: string; appender: Appender; size: number } | null = null;

  constructor(storage: Storage, folder: string) {
    this.#storage = storage;
    this.#folder = folder;
  }

  write(result: AttemptResult): ResultLocator {
    const line = Buffer.from(`${JSON.stringify(result)}\n`);
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
    const name = `${process.pid}-${randomBytes(6).toString("hex")}`;
    return { name, appender: this.#storage.append(segmentKey(this.#folder, name)), size: 0 };
  }
}

/** Reads results by their place; keeps a few segments at hand, as the inputs of a join lie side by side. */
export class ResultReader {
  readonly #storage: Storage;
  readonly #folderOf: (run: string) => string;
  readonly #open = new Map<string, ObjectReader>();
  /** Segments as they were when they were read, where each call is a request. */
  readonly #whole = new Map<string, Buffer>();

  constructor(storage: Storage, folderOf: (run: string) => string) {
    this.#storage = storage;
    this.#folderOf = folderOf;
  }

  /** The line at a locator's place, or null if there is none. */
  line(locator: ResultLocator): string | null {
    const { run, segment, offset } = parseLocator(locator);
    const key = segmentKey(this.#folderOf(run), segment);
    if (this.#storage.isRemote) return this.#lineInWhole(key, offset);
    const reader = this.#reader(key);
    return reader === null ? null : lineAt(reader, offset);
  }

  /** Announces results that will be asked for soon. */
  ahead(locators: readonly ResultLocator[]): void {
    if (!this.#storage.isRemote) return;
    const keys = locators.map((locator) => {
      const { run, segment } = parseLocator(locator);
      return segmentKey(this.#folderOf(run), segment);
    });
    const wanted = [...new Set(keys)].filter((key) => !this.#whole.has(key));
    this.#storage.ahead(wanted.slice(0, KEPT_SEGMENTS).map((key) => ({ op: "read", key })));
  }

  /** A segment that has grown since is read again. */
  #lineInWhole(key: string, offset: number): string | null {
    const known = this.#whole.get(key);
    const held = known === undefined ? null : lineIn(known, offset);
    if (held !== null) return held;
    // What was announced may have been answered before the line was there: only the second answer is surely fresh.
    return this.#lineInFresh(key, offset) ?? this.#lineInFresh(key, offset);
  }

  #lineInFresh(key: string, offset: number): string | null {
    const bytes = this.#storage.read(key);
    if (bytes === null) return null;
    const segment = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#whole.delete(key);
    this.#whole.set(key, segment);
    for (const [oldest] of this.#whole) if (this.#whole.size > KEPT_SEGMENTS) this.#whole.delete(oldest);
    return lineIn(segment, offset);
  }

  #reader(key: string): ObjectReader | null {
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const reader = this.#storage.open(key);
    if (reader === null) return null;
    if (this.#open.size >= 16) this.#closeOldest();
    this.#open.set(key, reader);
    return reader;
  }

  #closeOldest(): void {
    for (const [key, reader] of this.#open) {
      reader.close();
      this.#open.delete(key);
      return;
    }
  }
}

/** Every committed result of a run, in no particular order, with its place. A line without its newline does not count. */
export function* committedResults(
  storage: Storage,
  folder: string,
): Generator<{ readonly line: string; readonly segment: string; readonly offset: number }> {
  const files = storage.list(`${folder}/results`);
  for (const [index, file] of files.entries()) {
    if (index % SEGMENTS_AHEAD === 0) {
      const group = files.slice(index, index + SEGMENTS_AHEAD);
      storage.ahead(group.map((name) => ({ op: "read", key: `${folder}/results/${name}` })));
    }
    const bytes = storage.read(`${folder}/results/${file}`);
    if (bytes === null) continue;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const segment = file.replace(/\.jsonl$/, "");
    for (let at = 0, end = buffer.indexOf(NEWLINE); end >= 0; at = end + 1, end = buffer.indexOf(NEWLINE, at)) {
      yield { line: buffer.toString("utf8", at, end), segment, offset: at };
    }
  }
}

export function missingResult(flow: string, locator: ResultLocator): MillraceError {
  return new MillraceError({
    code: "MILLRACE_MISSING_RESULT",
    headline: `Cannot read the result of ${flow}/${locator} because it is not in the datastore`,
    hint: "was the run removed while another one still uses its tasks?",
  });
}

function segmentKey(folder: string, segment: string): string {
  return `${folder}/results/${segment}.jsonl`;
}

function lineIn(segment: Buffer, offset: number): string | null {
  const end = offset >= segment.length ? -1 : segment.indexOf(NEWLINE, offset);
  return end < 0 ? null : segment.toString("utf8", offset, end);
}

function lineAt(reader: ObjectReader, offset: number): string | null {
  for (let want = READ_BYTES; ; want *= 8) {
    const bytes = reader.readUpTo(want, offset);
    const end = bytes.indexOf(NEWLINE);
    if (end >= 0) return bytes.toString("utf8", 0, end);
    if (bytes.length < want) return null;
  }
}
