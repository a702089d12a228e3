import { counted } from "../text/counted.ts";
import type { AnswerAccuracy, FieldAccuracy } from "./accuracy-of.ts";
import type { ColumnDrift, ColumnFacts } from "./compare-columns.ts";
import type { MonitorReport, VersionTraffic } from "./monitor-report.ts";
import type { TimeWindow } from "./read-requests.ts";
import { lastWholeWindow, type ToldDrift } from "./tell-drift.ts";

/** A report as rows of cells, which the terminal, the card and the page show alike. */
interface ReportRows {
  readonly title: string;
  readonly verdict: string;
  readonly accuracy: readonly (readonly [string, string])[];
  readonly traffic: { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly drift: { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly notes: readonly string[];
}

/** What becomes of an alarm. */
export interface AlarmFate {
  /** False for who only looks: then nothing is said of an event. */
  readonly isPublished: boolean;
  /** Null where the last whole window raised none. */
  readonly told: ToldDrift | null;
}

/** Of more columns the most significant are shown; all are in the JSON. */
const MAX_COLUMNS = 40;
const SHORT_MS = 10 * 60_000;

export function reportRows(report: MonitorReport, alarm: AlarmFate): ReportRows {
  const { model, window, versions, drift } = report;
  return {
    title: `${model}  ${windowText(window)} UTC`,
    verdict: verdictOf(report),
    accuracy:
      report.accuracy === null
        ? [["accuracy", "no truth is known yet: models.outcome tells it"]]
        : accuracyRows(report.accuracy),
    traffic: {
      header: ["VERSION", "REQUESTS", "ROWS", "ERRORS", "REFUSED", "P50 MS", "P95 MS", "P99 MS"],
      rows: [
        ...versions.map((version) => trafficRow(`${model}@${version.number}`, version)),
        ...report.shadows.map((version) => trafficRow(`${model}@${version.number} shadow`, version)),
      ],
    },
    drift: {
      header: ["COLUMN", "DRIFT", "EFFECT", "P", "PSI", "SHIFT", "BEFORE", "NOW"],
      rows: drift.columns.slice(0, MAX_COLUMNS).map(driftRow),
    },
    notes: notesOf(report, alarm),
  };
}

function verdictOf({ drift, model }: MonitorReport): string {
  if (drift.missing !== null) return `not compared: ${drift.missing}`;
  const drifted = drift.columns.filter(({ isDrifted }) => isDrifted).length;
  const [before, now] = drift.rows;
  const against = drift.against === "training" ? "training" : windowText(drift.against);
  const of = `${model}@${drift.number ?? ""}: ${now} rows against ${before} of ${against}; an unchanged model alarms in ${numberText(drift.falseAlarms * 100)} %`;
  return drifted === 0
    ? `no drift in ${counted(drift.columns.length, "column")} (${of})`
    : `DRIFT in ${drifted} of ${counted(drift.columns.length, "column")} (${of})`;
}

function notesOf(
  { model, window, traffic, shadows, kept, dropped, unread, drift }: MonitorReport,
  { isPublished, told }: AlarmFate,
): string[] {
  const notes = [`kept ${kept} of ${counted(traffic.requests, "request")}`];
  if (dropped > 0)
    notes.push(
      `${counted(dropped, "request")} that ${dropped === 1 ? "was" : "were"} to be kept could not be: the datastore was too slow or not there`,
    );
  for (const problem of unread) notes.push(problem);
  const isTiny =
    drift.isAlarm &&
    drift.columns.every(({ isDrifted, effect }) => !isDrifted || effect === "tiny" || effect === "none");
  if (isTiny) notes.push("what drifted did so by very little: only so many rows show it");
  if (drift.isOutputLeftOut)
    notes.push(`outputs are not compared: ${model}@${drift.number ?? ""} answered nothing in the time before`);
  for (const { number, requests, different } of shadows)
    notes.push(
      `the shadow ${model}@${number} said something else than the client got to ${different} of ${counted(requests, "request")}`,
    );
  const bounded = drift.columns.filter(({ isBounded }) => isBounded).length;
  if (bounded > 0)
    notes.push(
      `P of ${counted(bounded, "column")} is an upper bound: it would take too long to know it closer, so a drift may be missed`,
    );
  if (drift.columns.length > MAX_COLUMNS)
    notes.push(`${counted(drift.columns.length - MAX_COLUMNS, "more column")}; --json has all`);
  if (told !== null) notes.push(`${told.event} ${told.isNew ? "is" : "was"} published for ${windowText(told.window)}`);
  else if (drift.isAlarm && isPublished)
    notes.push(
      `drift:${model} is published for windows that are over: this one is at ${timeText(endOf(window), window)}`,
    );
  return notes;
}

/** Of the whole window that is still going on. */
function endOf({ from, to }: TimeWindow): number {
  return lastWholeWindow(to, to - from).to + to - from;
}

function accuracyRows({ fields, leftOut }: AnswerAccuracy): [string, string][] {
  const left: [string, string][] =
    leftOut === 0
      ? []
      : [["left out", `${counted(leftOut, "truth")} of another type, field or number of rows than what was answered`]];
  return [...fields.flatMap(fieldRows), ...left];
}

function fieldRows(accuracy: FieldAccuracy): [string, string][] {
  const name: [string, string][] = accuracy.field === "" ? [] : [["field", accuracy.field]];
  const known: [string, string] = ["truth known", String(accuracy.known)];
  if (accuracy.kind === "regression")
    return [
      ...name,
      ["mean error", numberText(accuracy.mae)],
      ["rmse", numberText(accuracy.rmse)],
      ["bias", numberText(accuracy.bias)],
      known,
    ];
  const classes = accuracy.classes.map(({ label, known: count, recall, precision }): [string, string] => [
    `  ${label}`,
    `${count} known, recall ${shareText(recall)}, precision ${shareText(precision)}`,
  ]);
  const brier: [string, string][] = accuracy.brier === null ? [] : [["brier score", numberText(accuracy.brier)]];
  return [...name, ["accuracy", shareText(accuracy.accuracy)], ...brier, known, ...classes];
}

function trafficRow(name: string, { requests, rows, errors, refused, latencyMs }: VersionTraffic): string[] {
  const { p50, p95, p99 } = latencyMs;
  return [name, ...[requests, rows, errors, refused].map(String), ...[p50, p95, p99].map(numberText)];
}

function driftRow({ column, isDrifted, effect, p, psi, shift, reference, window }: ColumnDrift): string[] {
  const moved = shift === null ? "" : `${shift >= 0 ? "+" : ""}${shift.toFixed(2)} sd`;
  return [
    column,
    isDrifted ? "DRIFT" : "-",
    effect,
    p < 0.0001 ? "<0.0001" : p.toFixed(4),
    psi.toFixed(3),
    moved,
    factsText(reference),
    factsText(window),
  ];
}

function factsText({ rows, missing, mean, top }: ColumnFacts): string {
  const parts = [
    ...(mean === null ? [] : [`mean ${numberText(mean)}`]),
    ...top.map(([value, share]) => `${value} ${shareText(share)}`),
    ...(missing === 0 ? [] : [`missing ${shareText(missing / rows)}`]),
  ];
  return parts.join(", ");
}

function shareText(share: number | null): string {
  return share === null ? "-" : `${(share * 100).toFixed(1)} %`;
}

function numberText(number: number | null): string {
  return number === null ? "-" : String(Number(number.toPrecision(3)));
}

function windowText(window: TimeWindow): string {
  return `${timeText(window.from, window)} to ${timeText(window.to, window)}`;
}

/** With seconds where the window is so short that minutes would not tell its ends apart. */
function timeText(time: number, { from, to }: TimeWindow): string {
  const chars = to - from < SHORT_MS ? "2026-01-01T00:00:00".length : "2026-01-01T00:00".length;
  return new Date(time).toISOString().slice(0, chars).replace("T", " ");
}
