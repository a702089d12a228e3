import { MillraceError } from "../../sdk/errors.ts";
import type { RunEvent } from "./events.ts";
import { type AttemptResult, parseLocator, RECORD_FORMAT, type ResultLocator, type RunDocument } from "./records.ts";
import type { Appender, Storage } from "./storage.ts";

/** The record of one run: its document, its journal, one result and one log for each attempt. */
export class RunRecord {
  readonly flow: string;
  readonly run: string;
  readonly #storage: Storage;

  constructor(storage: Storage, at: { flow: string; run: string }) {
    this.#storage = storage;
    this.flow = at.flow;
    this.run = at.run;
  }

  /** Claims the run's id; false if it is taken. */
  create(document: RunDocument): boolean {
    return this.#storage.create(this.#key("run.json"), [encodeJson(document)]);
  }

  document(): RunDocument {
    const document = this.#json("run.json");
    if (document === null) throw unknownRun(this.flow, this.run);
    return document as RunDocument;
  }

  openJournal(): Appender {
    return this.#storage.append(this.#key("journal.jsonl"));
  }

  /** Every event so far. A last line that a killed process left unfinished does not count. */
  *events(): Generator<RunEvent> {
    const bytes = this.#storage.read(this.#key("journal.jsonl"));
    if (bytes === null) return;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
    for (let at = 0, end = text.indexOf("\n"); end >= 0; at = end + 1, end = text.indexOf("\n", at)) {
      yield this.#parse(text.slice(at, end), "journal.jsonl") as RunEvent;
    }
  }

  writeResult(result: AttemptResult): void {
    this.#storage.write(this.#resultKey(result), [encodeJson(result)]);
  }

  /** Null if that attempt was never committed. */
  result(of: { step: string; task: number; attempt: number }): AttemptResult | null {
    return this.#json(this.#resultKey(of).slice(this.#key("").length)) as AttemptResult | null;
  }

  /** Follows a locator into this or an earlier run of the flow. */
  resultAt(locator: ResultLocator): AttemptResult {
    const at = parseLocator(locator);
    const record = at.run === this.run ? this : new RunRecord(this.#storage, { flow: this.flow, run: at.run });
    const result = record.result(at);
    if (result !== null) return result;
    throw new MillraceError({
      code: "MILLRACE_MISSING_RESULT",
      headline: `Cannot read the result of ${this.flow}/${locator} because it is not in the datastore`,
      hint: "was the run removed while another one still uses its tasks?",
    });
  }

  writeHeartbeat(beat: Heartbeat): void {
    this.#storage.write(this.#key("heartbeat.json"), [encodeJson(beat)]);
  }

  heartbeat(): Heartbeat | null {
    return this.#json("heartbeat.json") as Heartbeat | null;
  }

  openLog(of: { step: string; task: number; attempt: number }): Appender {
    return this.#storage.append(this.#logKey(of));
  }

  log(of: { step: string; task: number; attempt: number }): Uint8Array | null {
    return this.#storage.read(this.#logKey(of));
  }

  #key(name: string): string {
    return `flows/${this.flow}/${this.run}/${name}`;
  }

  #resultKey(of: { step: string; task: number; attempt: number }): string {
    return this.#key(`tasks/${of.step}/${of.task}-${of.attempt}.json`);
  }

  #logKey(of: { step: string; task: number; attempt: number }): string {
    return this.#key(`logs/${of.step}/${of.task}-${of.attempt}.log`);
  }

  #json(name: string): unknown {
    const bytes = this.#storage.read(this.#key(name));
    if (bytes === null) return null;
    const record = this.#parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(), name);
    checkFormat(record, this.#key(name));
    return record;
  }

  #parse(text: string, name: string): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw new MillraceError({
        code: "MILLRACE_DAMAGED_RECORD",
        headline: `Cannot read ${this.#key(name)} because it is not valid JSON: ${(cause as Error).message}`,
        hint: "the file was damaged from outside: Millrace writes records whole",
        cause,
      });
    }
  }
}

/** Says that a run is alive; a scheduler renews it, and a reader calls the run stale once it is old. */
export interface Heartbeat {
  readonly format: typeof RECORD_FORMAT;
  readonly host: string;
  readonly pid: number;
  readonly time: number;
}

function encodeJson(record: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}

function checkFormat(record: unknown, place: string): void {
  const format = (record as { format?: unknown } | null)?.format;
  if (format === RECORD_FORMAT) return;
  const isNewer = typeof format === "number" && format > RECORD_FORMAT;
  throw new MillraceError({
    code: isNewer ? "MILLRACE_NEWER_FORMAT" : "MILLRACE_DAMAGED_RECORD",
    headline: isNewer
      ? `Cannot read ${place} because a newer Millrace wrote it: format ${format}, this one knows ${RECORD_FORMAT}`
      : `Cannot read ${place} because it is no Millrace record: its format is ${JSON.stringify(format) ?? "missing"}`,
    hint: isNewer ? "update the package millrace" : "the file was damaged or written by something else",
  });
}

function unknownRun(flow: string, run: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_UNKNOWN_RUN",
    headline: `Cannot find run ${run} of ${flow} in this datastore`,
    hint: "list the runs there are with the command runs",
  });
}
