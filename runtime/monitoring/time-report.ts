import { settledModels } from "../catalog/models/list-models.ts";
import type { Datastore } from "../datastore/datastore.ts";
import type { DataSketch } from "../datastore/kinds/data-sketch.ts";
import type { RequestBlock } from "../datastore/kinds/requests.ts";
import { RECORD_FORMAT } from "../datastore/records.ts";
import type { KeptRequest } from "../datastore/request-columns.ts";
import { readSketch } from "../sketch/put-sketch.ts";
import { sketchTable } from "../sketch/sketch-table.ts";
import { AnswerSample } from "./answer-sample.ts";
import { compareColumns, LEAST_ROWS } from "./compare-columns.ts";
import type { DriftReport, MonitorReport } from "./monitor-report.ts";
import type { TimeWindow } from "./read-requests.ts";
import { RowSample } from "./row-sample.ts";
import { TableCounts } from "./table-counts.ts";
import { TrafficCounts } from "./traffic-counts.ts";
import type { UnreadParts } from "./unread-parts.ts";

const MAX_REFERENCE_ROWS = 200_000;

/** A time to report on. */
export interface MonitoredTime {
  readonly window: TimeWindow;
  readonly against: "training" | TimeWindow;
  /** Whether truths are looked for: a read for each answer. */
  readonly hasAccuracy: boolean;
}

/** What takes the blocks of its time. */
export interface BlockTaker {
  readonly window: TimeWindow;
  add(block: RequestBlock, requests: readonly KeptRequest[]): void;
}

interface TimeReportOptions {
  readonly model: string;
  /** Null for the version that answered last. */
  readonly number: number | null;
  readonly falseAlarms: number;
  readonly time: MonitoredTime;
  readonly unread: UnreadParts;
}

/** What a model was asked in a time, by the version that answered. */
export class TimeReport implements BlockTaker {
  readonly window: TimeWindow;
  readonly earlier: EarlierRows | null;
  readonly #store: Datastore;
  readonly #of: TimeReportOptions;
  readonly #all = new TrafficCounts();
  readonly #shadows = new TrafficCounts();
  readonly #compared = new Map<number, ComparedVersion>();
  #kept = 0;
  #dropped = 0;
  #last: Pick<KeptRequest, "at" | "number"> | null = null;

  constructor(store: Datastore, of: TimeReportOptions) {
    this.#store = store;
    this.#of = of;
    const { window, against } = of.time;
    this.window = window;
    this.earlier = against === "training" ? null : new EarlierRows(against);
  }

  add(block: RequestBlock, requests: readonly KeptRequest[]): void {
    if (block.role === "shadow") return this.#shadows.add(block);
    this.#all.add(block);
    this.#dropped += block.dropped;
    this.#kept += requests.length;
    const { number } = this.#of;
    for (const request of requests) {
      if (request.status >= 400 || (number !== null && request.number !== number)) continue;
      if (this.#last === null || request.at > this.#last.at) this.#last = request;
      this.#versionOf(request.number).add(request);
    }
  }

  /** In steps, between which others may have their turn. */
  *report(): Generator<undefined, MonitorReport> {
    const { model, number, falseAlarms, time, unread } = this.#of;
    const shown = number ?? this.#last?.number ?? null;
    const version = shown === null ? undefined : this.#compared.get(shown);
    const versions = this.#all
      .versions()
      .sort((a, b) => Number(b.number === shown) - Number(a.number === shown) || b.number - a.number);
    const answers = version?.answers ?? null;
    const accuracy = answers === null ? null : yield* answers.accuracy(this.#store, { model, unread });
    const isUnread = shown !== null && unread.has(sketchName(model, shown));
    return {
      ...{ model, window: this.window, versions, traffic: this.#all.total() },
      ...{ shadows: this.#shadows.versions(), kept: this.#kept, dropped: this.#dropped, unread: unread.problems },
      accuracy,
      drift: yield* driftOf(version, { number: shown, model, against: time.against, falseAlarms, isUnread }),
    };
  }

  #versionOf(number: number): ComparedVersion {
    const there = this.#compared.get(number);
    if (there !== undefined) return there;
    const { model, time, unread } = this.#of;
    const training = () => trainingSketch(this.#store, { model, number });
    const sketch =
      this.earlier === null ? unread.read(sketchName(model, number), training) : this.earlier.sketch(number);
    const version = new ComparedVersion(sketch, time.hasAccuracy ? new AnswerSample() : null);
    this.#compared.set(number, version);
    return version;
  }
}

/** Rows of one version, in the cells of its reference. */
class ComparedVersion {
  readonly sketch: DataSketch | null;
  readonly input: TableCounts | null;
  readonly output: TableCounts | null;
  /** Null where nobody asks how right they were. */
  readonly answers: AnswerSample | null;
  hasOutput = false;

  constructor(sketch: DataSketch | null, answers: AnswerSample | null) {
    this.answers = answers;
    const countsOf = (table: DataSketch["input"] | undefined) =>
      table === null || table === undefined ? null : new TableCounts(table);
    this.sketch = sketch;
    this.input = countsOf(sketch?.input);
    this.output = countsOf(sketch?.output);
  }

  add(request: KeptRequest): void {
    const { input, output } = request;
    this.answers?.add(request);
    this.hasOutput ||= output !== null && output.length > 0;
    for (const row of input ?? []) this.input?.add(row);
    for (const row of output ?? []) this.output?.add(row);
  }
}

function* driftOf(
  version: ComparedVersion | undefined,
  {
    model,
    isUnread,
    ...of
  }: Pick<DriftReport, "number" | "against" | "falseAlarms"> & { readonly model: string; readonly isUnread: boolean },
): Generator<undefined, DriftReport> {
  const now = Math.max(version?.input?.rows ?? 0, version?.output?.rows ?? 0);
  const before = Math.max(version?.sketch?.input?.rows ?? 0, version?.sketch?.output?.rows ?? 0);
  const tables = [
    { name: "input", counts: version?.input ?? null },
    { name: "output", counts: version?.output ?? null },
  ];
  const columns = yield* compareColumns(tables, of.falseAlarms);
  const isAlarm = columns.some(({ isDrifted }) => isDrifted);
  const isOutputLeftOut =
    of.against !== "training" && version?.hasOutput === true && version.sketch !== null && version.output === null;
  return {
    ...of,
    rows: [before, now],
    isOutputLeftOut,
    missing: missingIn(version, { model, isUnread, ...of, now, before }),
    isAlarm,
    columns,
  };
}

function missingIn(
  version: ComparedVersion | undefined,
  {
    model,
    number,
    against,
    now,
    before,
    isUnread,
  }: Pick<DriftReport, "number" | "against"> & { model: string; now: number; before: number; isUnread: boolean },
): string | null {
  if (version === undefined) return "no answered request was kept in this time";
  if (isUnread && against === "training") return `the reference data of ${model}@${number ?? ""} cannot be read`;
  if (version.sketch === null && against === "training")
    return `${model}@${number ?? ""} was registered without reference data: pass reference: { input, output } to registerModel, or compare with an earlier time`;
  if (version.sketch === null) return "no answered request was kept in the time to compare with";
  return Math.min(now, before) < LEAST_ROWS ? `fewer than ${LEAST_ROWS} rows tell nothing` : null;
}

function sketchName(model: string, number: number): string {
  return `reference data of ${model}@${number}`;
}

/** Null where the version has none, or was removed with what it kept. */
function trainingSketch(
  store: Datastore,
  { model, number }: { readonly model: string; readonly number: number },
): DataSketch | null {
  const models = settledModels(store, model);
  const hash = models.removal(model, number) === null ? models.at(model, number)?.sketch : null;
  return hash === null || hash === undefined ? null : readSketch(store, hash);
}

/** Rows of an earlier time: inputs of all versions, as they do not depend on who answers, and the outputs of each. */
class EarlierRows implements BlockTaker {
  readonly window: TimeWindow;
  readonly #input = new RowSample(MAX_REFERENCE_ROWS);
  readonly #outputs = new Map<number, RowSample>();

  constructor(window: TimeWindow) {
    this.window = window;
  }

  add({ role }: RequestBlock, requests: readonly KeptRequest[]): void {
    if (role === "shadow") return;
    for (const { status, number, input, output } of requests) {
      if (status >= 400) continue;
      for (const row of input ?? []) this.#input.add(row);
      const outputs = this.#outputs.get(number) ?? new RowSample(MAX_REFERENCE_ROWS);
      this.#outputs.set(number, outputs);
      for (const row of output ?? []) outputs.add(row);
    }
  }

  /** What requests of a version are compared with; null where nothing was kept. */
  sketch(number: number): DataSketch | null {
    const output = this.#outputs.get(number)?.rows ?? [];
    if (this.#input.rows.length === 0 && output.length === 0) return null;
    return {
      ...{ format: RECORD_FORMAT, input: sketchTable(this.#input.rows) },
      output: output.length === 0 ? null : sketchTable(output),
    };
  }
}
