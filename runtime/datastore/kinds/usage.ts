import { damagedRecord, parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { amount, faultIn, fields, list, optional, orNull } from "../shapes/checks.ts";
import type { UsageSeries } from "../usage-series.ts";
import type { RecordKind } from "./record-kind.ts";

export interface UsageRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly series: UsageSeries;
}

const amounts = list(amount);
const known = optional(list(orNull(amount)));
const usage = fields({
  series: fields({ atMs: amounts, cores: amounts, memoryMb: amounts, gpuPercent: known, gpuMemoryMb: known }),
});

/** What attempts used over their time. */
export const usageKind: RecordKind<UsageRecord> = {
  name: "usage",
  keys: [
    {
      key: "flows/<Flow>/<run>/usage/<step>/<task>-<attempt>.json",
      is: "what an attempt that took two seconds or more used over its time, in at most 300 points",
      form: "whole",
    },
  ],
  parse: parseUsage,
  title: ({ key }) => key,
  loses: ({ flow, run }) => [`what an attempt of ${flow}/${run} used over its time`],
  fix: ({ key }) => `delete ${key}: nothing else needs it`,
};

export function parseUsage(json: string, key: string): UsageRecord {
  const record = parseRecord(json, key, (value) => faultIn(usage, value)) as UsageRecord;
  const { atMs, ...columns } = record.series;
  for (const [name, column] of Object.entries(columns) as [string, readonly unknown[]][])
    if (column.length !== atMs.length) throw damagedRecord(key, `its column ${name} is not as long as the others`);
  return record;
}
