import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { hashOf } from "./blobs.ts";
import { committedResults } from "./committed-results.ts";
import type { RunEvent } from "./run-event.ts";
import {
  type AttemptResult,
  type HeartbeatRecord,
  type ProgressRecord,
  locatorOf,
  RECORD_FORMAT,
  type ResultLine,
  type ResultLocator,
  type RunDocument,
} from "./records.ts";
import type { StoredLogLine } from "./stored-log-line.ts";
import type { PackageRecord } from "./package-record.ts";
import { type Checkpointed, parseCheckpoint } from "./kinds/checkpoint.ts";
import { type GangRecord, parseGang } from "./kinds/gang.ts";
import { parseHeartbeat } from "./kinds/heartbeat.ts";
import { parseRunMetrics, type RunMetricsRecord } from "./kinds/metrics.ts";
import { parseProgress } from "./kinds/progress.ts";
import { parsePackages } from "./kinds/packages.ts";
import { parseResult } from "./kinds/result.ts";
import { parseUsage, type UsageRecord } from "./kinds/usage.ts";
import { parseWaits, type WaitsRecord } from "./kinds/waits.ts";
import { faultOfDocument } from "./shapes/fault-of-document.ts";
import { parseRecord } from "./parse-record.ts";
import { LogTail } from "./reader/log-tail.ts";
import { RunEventTail } from "./reader/run-event-tail.ts";
import { missingResult, ResultReader } from "./result-reader.ts";
import type { ResultTables } from "./result-tables.ts";
import { ResultWriter } from "./result-writer.ts";
import {
  type AttemptPlace,
  cardsKey,
  checkpointKey,
  gangKey,
  journalKey,
  logKey,
  metricsKey,
  runFolder,
  runMetricsKey,
  type RunPlace,
  usageKey,
} from "./run-keys.ts";
import type { UsageSeries } from "./usage-series.ts";
import type { Appender, Storage } from "./storage.ts";

/** Where every write is a request, output is stored this much later, together. */
const LOG_DELAY_MS = 1000;
const METRICS_DELAY_MS = 500;

/** The record of one run: its document, its journal, one result and one log for each attempt. */
export class RunRecord {
  readonly flow: string;
  readonly run: string;
  readonly #storage: Storage;
  readonly #place: RunPlace;
  readonly #folder: string;
  readonly #results: ResultReader;
  readonly #tables: ResultTables;

  constructor({ storage, tables }: { storage: Storage; tables: ResultTables }, at: RunPlace) {
    this.#storage = storage;
    this.#tables = tables;
    this.flow = at.flow;
    this.run = at.run;
    this.#place = at;
    this.#folder = runFolder(at);
    this.#results = new ResultReader(storage, (run) => runFolder(run === at.run ? at : { flow: at.flow, run }));
  }

  /** Claims the run's id; false if it is taken. */
  create(document: RunDocument): boolean {
    return this.#storage.create(this.#key("run.json"), [encodeJson(document)]);
  }

  document(): RunDocument {
    const bytes = this.#storage.read(this.#key("run.json"));
    if (bytes === null) throw unknownRun(this.flow, this.run);
    return this.#parsedDocument(bytes);
  }

  /**
   * The document as the launcher wrote it: it names code that is executed.
   * @param hash - see {@link documentHash}
   * @throws MillraceError `MILLRACE_SWAPPED` for another one
   */
  documentOf(hash: string): RunDocument {
    const bytes = this.#storage.read(this.#key("run.json"));
    if (bytes === null) throw unknownRun(this.flow, this.run);
    if (hashOf([bytes]) !== hash) throw swapped(this.#key("run.json"));
    return this.#parsedDocument(bytes);
  }

  /** @param claim - number of the scheduler that writes it */
  openJournal(claim = 1): Appender {
    return this.#storage.append(journalKey(this.#place, claim));
  }

  /** The whole journal of a run that nothing follows in: whoever writes it has decided on the end. False if there is one. */
  createJournal(events: readonly RunEvent[]): boolean {
    return this.#storage.create(this.#key("journal.jsonl"), events.map(encodeJson));
  }

  /** Every event so far. A last line that a killed process left unfinished does not count. */
  events(): Generator<RunEvent> {
    return new RunEventTail(this.#storage, { ...this.#place, mayContinue: true }).next();
  }

  /** For one process: nobody else writes where it writes. */
  resultWriter(by = process.pid): ResultWriter {
    return new ResultWriter(this.#storage, { folder: this.#folder, tables: this.#tables, by });
  }

  /** A result as it is to be written, where `before` is the one that its task went on from. */
  based(result: AttemptResult, before: AttemptResult | null): AttemptResult {
    return this.#tables.based(result, before);
  }

  /** Follows a locator into this or an earlier run of the flow. */
  resultAt(locator: ResultLocator): AttemptResult {
    const line = this.#results.line(locator);
    if (line === null) throw missingResult(this.flow, locator);
    return this.#tables.whole(this.#parseResult(line));
  }

  /** Announces results that will be asked for soon. */
  ahead(locators: readonly ResultLocator[]): void {
    this.#results.ahead(locators);
  }

  /**
   * Every committed attempt, also those that the journal does not know of because the scheduler died.
   *
   * @param by - the id of a process, or what else its writer began the names with: only what that one committed, or another
   *   one of that number
   */
  *committed({ by = null }: { by?: number | null } = {}): Generator<{
    readonly result: Committed;
    readonly locator: ResultLocator;
  }> {
    for (const { text, segment, offset } of committedResults(this.#storage, { folder: this.#folder, by })) {
      const result = this.#parseResult(text);
      yield { result, locator: locatorOf({ ...result, segment, offset }) };
    }
  }

  writeCheckpoint(of: TaskIdentity, saved: Checkpointed): void {
    this.#storage.write(checkpointKey({ ...this.#place, ...of }), [encodeJson(saved)]);
  }

  checkpoint(of: TaskIdentity): Checkpointed | null {
    const key = checkpointKey({ ...this.#place, ...of });
    return this.#json(key, parseCheckpoint);
  }

  /** Once, at any time after the run began; in the background where writing takes time. */
  writePackages(packages: PackageRecord): void | Promise<void> {
    return this.#storage.writeSoon(this.#key("packages.json"), [encodeJson(packages)]);
  }

  /** Null where they were not noted. */
  packages(): PackageRecord | null {
    return this.#json(this.#key("packages.json"), parsePackages);
  }

  /** In the background where writing takes time. */
  writeHeartbeat(beat: HeartbeatRecord): void | Promise<void> {
    return this.#storage.writeSoon(this.#key("heartbeat.json"), [encodeJson(beat)]);
  }

  /** The first one; an existing one is left alone. */
  createHeartbeat(beat: HeartbeatRecord): void {
    this.#storage.create(this.#key("heartbeat.json"), [encodeJson(beat)]);
  }

  /** In the background where writing takes time. */
  writeProgress(progress: ProgressRecord): void | Promise<void> {
    return this.#storage.writeSoon(this.#key("progress.json"), [encodeJson(progress)]);
  }

  /** Null where no task told any. */
  progress(): ProgressRecord | null {
    return this.#json(this.#key("progress.json"), parseProgress);
  }

  /** In the background where writing takes time. */
  writeWaits(waits: WaitsRecord): void | Promise<void> {
    return this.#storage.writeSoon(this.#key("waits.json"), [encodeJson(waits)]);
  }

  /** Null where the run has waited for nothing in particular. */
  waits(): WaitsRecord | null {
    return this.#json(this.#key("waits.json"), parseWaits);
  }

  /** False if the record was removed from the disk; elsewhere writing to it tells. */
  isThere(): boolean {
    return this.#storage.isRemote || this.#storage.has(this.#key("run.json"));
  }

  heartbeat(): HeartbeatRecord | null {
    return this.#json(this.#key("heartbeat.json"), parseHeartbeat);
  }

  /** In the background where writing takes time. */
  writeGang(path: string, record: GangRecord): void | Promise<void> {
    return this.#storage.writeSoon(gangKey({ ...this.#place, path }), [encodeJson(record)]);
  }

  /** Members that begin from now on wait for what the first one writes. */
  forgetGang(path: string): void {
    this.#storage.remove([gangKey({ ...this.#place, path })]);
  }

  /** Null until the gang's first task has begun. */
  gang(path: string): GangRecord | null {
    return this.#json(gangKey({ ...this.#place, path }), parseGang);
  }

  openLog(of: AttemptPlace): Appender {
    return this.#storage.append(logKey({ ...this.#place, ...of }), { delayMs: LOG_DELAY_MS, isPrivate: true });
  }

  /** What an attempt wrote. */
  log(of: AttemptPlace): Iterable<StoredLogLine> {
    return new LogTail(this.#storage, { ...this.#place, ...of }).next();
  }

  openMetrics(of: AttemptPlace): Appender {
    return this.#storage.append(metricsKey({ ...this.#place, ...of }), { delayMs: METRICS_DELAY_MS });
  }

  openCards(of: AttemptPlace): Appender {
    return this.#storage.append(cardsKey({ ...this.#place, ...of }), { delayMs: METRICS_DELAY_MS });
  }

  /** One line in the place of all of them; where each write is a request, they are parts that stay. */
  replaceCards(of: AttemptPlace, line: string): void {
    this.#storage.write(cardsKey({ ...this.#place, ...of }), [Buffer.from(line)]);
  }

  /** In the background where writing takes time. Where it cannot be written, the run goes on without. */
  saveSeries(of: AttemptPlace, series: UsageSeries): void {
    const record: UsageRecord = { format: RECORD_FORMAT, series };
    try {
      const written = this.#storage.writeSoon(usageKey({ ...this.#place, ...of }), [encodeJson(record)]);
      written?.catch(() => undefined);
    } catch {
      // What else cannot be written then is told by the journal.
    }
  }

  /** Null for an attempt that was over in no time, and where nobody looked. */
  series(of: AttemptPlace): UsageSeries | null {
    return this.#json(usageKey({ ...this.#place, ...of }), parseUsage)?.series ?? null;
  }

  writeMetrics(record: RunMetricsRecord): void {
    this.#storage.write(runMetricsKey(this.#place), [encodeJson(record)]);
  }

  /** Null where no task logged any, or the run goes on. */
  metrics(): RunMetricsRecord | null {
    return this.#json(runMetricsKey(this.#place), parseRunMetrics);
  }

  #key(name: string): string {
    return `${this.#folder}/${name}`;
  }

  #parseResult(line: string): ResultLine {
    return parseResult(line, this.#key("results"));
  }

  #json<T>(key: string, parse: (text: string, key: string) => T): T | null {
    const bytes = this.#storage.read(key);
    return bytes === null ? null : parse(textOf(bytes), key);
  }

  /** The document of another run would say where this one's tags, logs and results lie. */
  #parsedDocument(bytes: Uint8Array): RunDocument {
    return parseRecord(textOf(bytes), this.#key("run.json"), (record) => faultOfDocument(record, this)) as RunDocument;
  }
}

/** What whoever executes a run is told beside its name: who may write to the store cannot have other code executed. */
export function documentHash(document: RunDocument): string {
  return hashOf([encodeJson(document)]);
}

/** What a line says without its base. */
export type Committed = Omit<ResultLine, "artifacts" | "base">;

/** The same in every run of the flow. */
export interface TaskIdentity {
  readonly step: string;
  readonly path: string;
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString();
}

function encodeJson(record: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}

function swapped(key: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_SWAPPED",
    headline: `Cannot execute the run because ${key} is not the one that its launcher wrote`,
    hint: "the record was changed while the run goes on: check who may write to the datastore",
  });
}

function unknownRun(flow: string, run: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_UNKNOWN_RUN",
    headline: `Cannot find run ${run} of ${flow} in this datastore`,
    hint: "the command runs lists the runs there are",
  });
}
