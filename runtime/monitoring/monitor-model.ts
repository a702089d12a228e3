import { settledModels } from "../catalog/models/list-models.ts";
import { modelError } from "../catalog/models/model-error.ts";
import { parseModelPointer } from "../catalog/models/model-pointer.ts";
import type { Datastore } from "../datastore/datastore.ts";
import type { DataSketch } from "../datastore/kinds/data-sketch.ts";
import { RECORD_FORMAT } from "../datastore/records.ts";
import type { KeptRequest } from "../datastore/request-columns.ts";
import { readSketch } from "../sketch/put-sketch.ts";
import { sketchTable } from "../sketch/sketch-table.ts";
import type { AnswerAccuracy } from "./accuracy-of.ts";
import { AnswerSample } from "./answer-sample.ts";
import { type ColumnDrift, compareColumns, LEAST_ROWS } from "./compare-columns.ts";
import { readRequests, type TimeWindow } from "./read-requests.ts";
import { RowSample } from "./row-sample.ts";
import { TableCounts } from "./table-counts.ts";
import { type TrafficFacts, TrafficCounts } from "./traffic-counts.ts";

/** What was asked and answered in a time, and how far it is from before. */
export interface MonitorReport {
  readonly model: string;
  readonly window: TimeWindow;
  /** All versions that answered; the one with the last answer first. */
  readonly versions: readonly VersionTraffic[];
  readonly traffic: TrafficFacts;
  /** Versions that answered the same requests beside them, and nobody got the answers. */
  readonly shadows: readonly VersionTraffic[];
  /** Requests that the log kept. */
  readonly kept: number;
  /** Requests that the log was to keep and could not. */
  readonly dropped: number;
  /** Of the version that is compared, where truths are known. */
  readonly accuracy: AnswerAccuracy | null;
  readonly drift: DriftReport;
}

export interface VersionTraffic extends TrafficFacts {
  readonly number: number;
  readonly hash: string;
}

interface DriftReport {
  /** The version whose requests were compared; null where none was. */
  readonly number: number | null;
  readonly against: "training" | TimeWindow;
  /** Probability that it alarms although nothing changed. */
  readonly falseAlarms: number;
  /** Rows that were compared: of the reference, and of the window. */
  readonly rows: readonly [reference: number, window: number];
  /** True where outputs were not compared, as in the time before this version answered nothing. */
  readonly isOutputLeftOut: boolean;
  /** Why nothing was compared; null where it was. */
  readonly missing: string | null;
  readonly isAlarm: boolean;
  /** The most significant first. */
  readonly columns: readonly ColumnDrift[];
}

interface MonitorOptions {
  /** `churn`, or a version of it: then only its requests are compared. */
  readonly reference: string;
  readonly window: TimeWindow;
  readonly against: "training" | TimeWindow;
  readonly falseAlarms: number;
}

const MAX_REFERENCE_ROWS = 200_000;

/**
 * Reads what a model was asked in a time, and compares it with what it was trained on or with a time before.
 * @throws MillraceError `MILLRACE_MODEL` for a model or version that is not there
 */
export function monitorModel(store: Datastore, options: MonitorOptions): MonitorReport {
  const isVersion = options.reference.includes("@");
  const { model, pointer } = parseModelPointer(isVersion ? options.reference : `${options.reference}@latest`);
  const models = settledModels(store, model);
  models.knownNumbers(model);
  const number = isVersion ? models.pointed({ model, pointer }).number : null;
  const { window, against, falseAlarms } = options;
  const all = new TrafficCounts();
  const earlier = against === "training" ? null : new EarlierRows(store, { model, window: against });
  const compared = new Map<number, ComparedVersion>();
  let [kept, dropped, last] = [0, 0, { at: -Infinity, number: -1 }];
  for (const { block, requests } of readRequests(store, { model, window })) {
    all.add(block);
    dropped += block.dropped;
    kept += requests.length;
    for (const request of requests) {
      if (request.status >= 400 || (number !== null && request.number !== number)) continue;
      if (request.at > last.at) last = request;
      let version = compared.get(request.number);
      if (version === undefined) {
        const of = { model, number: request.number };
        const sketch = earlier === null ? trainingSketch(store, of) : earlier.sketch(of.number);
        compared.set(request.number, (version = new ComparedVersion(sketch)));
      }
      version.add(request);
    }
  }
  const shown = number ?? (last.number === -1 ? null : last.number);
  const version = shown === null ? undefined : compared.get(shown);
  const shadows = new TrafficCounts();
  for (const { block } of readRequests(store, { model, window, role: "shadow" })) shadows.add(block);
  const versions = all
    .versions()
    .sort((a, b) => Number(b.number === shown) - Number(a.number === shown) || b.number - a.number);
  return {
    ...{ model, window, versions, traffic: all.total(), shadows: shadows.versions(), kept, dropped },
    accuracy: version?.answers.accuracy(store, model) ?? null,
    drift: driftOf(version, { number: shown, model, against, falseAlarms }),
  };
}

/** Rows of one version, in the cells of its reference. */
class ComparedVersion {
  readonly sketch: DataSketch | null;
  readonly input: TableCounts | null;
  readonly output: TableCounts | null;
  readonly answers = new AnswerSample();
  hasOutput = false;

  constructor(sketch: DataSketch | null) {
    const countsOf = (table: DataSketch["input"] | undefined) =>
      table === null || table === undefined ? null : new TableCounts(table);
    this.sketch = sketch;
    this.input = countsOf(sketch?.input);
    this.output = countsOf(sketch?.output);
  }

  add(request: KeptRequest): void {
    const { input, output } = request;
    this.answers.add(request);
    this.hasOutput ||= output !== null && output.length > 0;
    for (const row of input ?? []) this.input?.add(row);
    for (const row of output ?? []) this.output?.add(row);
  }
}

function driftOf(
  version: ComparedVersion | undefined,
  { model, ...of }: Pick<DriftReport, "number" | "against" | "falseAlarms"> & { readonly model: string },
): DriftReport {
  const now = Math.max(version?.input?.rows ?? 0, version?.output?.rows ?? 0);
  const before = Math.max(version?.sketch?.input?.rows ?? 0, version?.sketch?.output?.rows ?? 0);
  const tables = [
    { name: "input", counts: version?.input ?? null },
    { name: "output", counts: version?.output ?? null },
  ];
  const columns = compareColumns(tables, of.falseAlarms);
  const isAlarm = columns.some(({ isDrifted }) => isDrifted);
  const isOutputLeftOut =
    of.against !== "training" && version?.hasOutput === true && version.sketch !== null && version.output === null;
  return {
    ...of,
    rows: [before, now],
    isOutputLeftOut,
    missing: missingIn(version, { model, ...of, now, before }),
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
  }: Pick<DriftReport, "number" | "against"> & { model: string; now: number; before: number },
): string | null {
  if (version === undefined) return "no answered request was kept in this time";
  if (version.sketch === null && against === "training")
    return `${model}@${number ?? ""} was registered without reference data: pass reference: { input, output } to registerModel, or compare with an earlier time`;
  if (version.sketch === null) return "no answered request was kept in the time to compare with";
  return Math.min(now, before) < LEAST_ROWS ? `fewer than ${LEAST_ROWS} rows tell nothing` : null;
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
class EarlierRows {
  readonly #input = new RowSample(MAX_REFERENCE_ROWS);
  readonly #outputs = new Map<number, RowSample>();

  constructor(store: Datastore, of: { readonly model: string; readonly window: TimeWindow }) {
    for (const { requests } of readRequests(store, of)) {
      for (const { status, number, input, output } of requests) {
        if (status >= 400) continue;
        for (const row of input ?? []) this.#input.add(row);
        const outputs = this.#outputs.get(number) ?? new RowSample(MAX_REFERENCE_ROWS);
        this.#outputs.set(number, outputs);
        for (const row of output ?? []) outputs.add(row);
      }
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

/** A time, as `1d` or `12h`, in milliseconds. @throws MillraceError `MILLRACE_MODEL` */
export function spanMs(text: string): number {
  const [, count = "", unit = ""] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const ms = Number(count) * ({ m: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 0);
  if (ms > 0) return ms;
  throw modelError(
    `Cannot look at a time of ${JSON.stringify(text)} because it is not a number of minutes, hours or days`,
    {
      hint: "such as 30m, 6h or 7d",
    },
  );
}
