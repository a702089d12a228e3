import type { LastValues } from "../last-values.ts";
import { faultOfColumns, type MetricColumns } from "../metric-columns.ts";
import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT, ResultLocator } from "../records.ts";
import { type Check, count, faultIn, fields, list, optional, table, text, time } from "../shapes/checks.ts";
import { lastValues, locator, storedNumber } from "../shapes/parts.ts";
import type { RecordKind } from "./record-kind.ts";

/** What an attempt logged since its line before. */
export interface MetricLine {
  readonly format: typeof RECORD_FORMAT;
  /** Of the first call. */
  readonly time: number;
  /** By name. */
  readonly series: Readonly<Record<string, MetricColumns>>;
  /** In the line that the attempt ended with: what stands last in all of its series. */
  readonly last?: LastValues;
  /** Set by a task that repeats a result of the cache: the series are those of that result's task. */
  readonly repeats?: ResultLocator;
}

/** What stood last in all series of a run when it ended. */
export interface RunMetricsRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly last: LastValues;
}

const columnFields = fields({
  steps: either(count, list(count)),
  values: either(text, list(storedNumber)),
  times: list(time),
});
const columns: Check = (value) => columnFields(value) ?? faultOfColumns(value as MetricColumns);
const line = fields({ time, series: table(columns), last: optional(lastValues), repeats: optional(locator) });
const ofRun = fields({ last: lastValues });

/** What tasks logged with `current.log`. */
export const metricsKind: RecordKind<MetricLine | RunMetricsRecord> = {
  name: "metrics",
  // As logs are: thousands of calls of thousands of tasks.
  isLarge: true,
  keys: [
    {
      key: "flows/<Flow>/<run>/metrics/<step>/<task>-<attempt>.jsonl",
      is: "numbers that an attempt logged with `current.log`, some calls a line",
      form: "lines",
    },
    {
      key: "flows/<Flow>/<run>/metrics.json",
      is: "the last value of each metric; written once, at the end of a run that has some",
      form: "whole",
    },
  ],
  parse: (json, key) => (key.endsWith("/metrics.json") ? parseRunMetrics(json, key) : parseMetricLine(json, key)),
  title: ({ key }) => key,
  loses: ({ flow, run }) => [`some metrics of ${flow}/${run}`],
  fix: ({ key }) => `delete ${key}: nothing else needs it`,
};

export function parseMetricLine(json: string, key: string): MetricLine {
  return parseRecord(json, key, (record) => faultIn(line, record)) as MetricLine;
}

export function parseRunMetrics(json: string, key: string): RunMetricsRecord {
  return parseRecord(json, key, (record) => faultIn(ofRun, record)) as RunMetricsRecord;
}

function either(one: Check, other: Check): Check {
  return (value) => (one(value) === null ? null : other(value));
}
