import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { count, faultIn, fields, name, orNull, time, text } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

/** The sign of life of a `millrace scheduler`, which replaces it now and then. */
export interface ProductionSchedulerRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: number;
  readonly time: number;
  /** Runs that it drives at once, at most. */
  readonly slots: number;
  /** Runs that it drives now. */
  readonly running: number;
  /** The next instant of a schedule that it knows of; null where there is none. */
  readonly nextDue: number | null;
  /** All instants up to here have been decided on, of the deployments that it knew of. */
  readonly settledUntil: number;
  /** When it ended by itself; null while it is at work, or where it was killed. */
  readonly endedAt: number | null;
}

const scheduler = fields({
  id: name,
  host: text,
  pid: count,
  startedAt: time,
  time,
  slots: count,
  running: count,
  nextDue: orNull(time),
  settledUntil: time,
  endedAt: orNull(time),
});

export const productionSchedulerKind: RecordKind<ProductionSchedulerRecord> = {
  name: "production-scheduler",
  keys: [
    {
      key: "schedulers/<id>.json",
      is: "sign of life of a `millrace scheduler`, and up to when it has decided on instants; replaced every 15 s",
      form: "whole",
    },
  ],
  parse: parseProductionScheduler,
  title: ({ key }) => key,
  loses: () => ["when this scheduler was last alive"],
  fix: ({ key }) => `delete ${key}: a scheduler that is at work writes it anew`,
};

export function parseProductionScheduler(json: string, key: string): ProductionSchedulerRecord {
  return parseRecord(json, key, (record) => faultIn(scheduler, record)) as ProductionSchedulerRecord;
}

export function productionSchedulerKey(id: string): string {
  return `schedulers/${id}.json`;
}
