import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { faultIn, fields, text, time } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

/** What a run waits for that no scheduler has started yet. */
export interface WaitsRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly time: number;
  /** To be read behind "waits for". */
  readonly waitsFor: string;
}

const waits = fields({ time, waitsFor: text });

export const waitsKind: RecordKind<WaitsRecord> = {
  name: "waits",
  keys: [
    {
      key: "flows/<Flow>/<run>/waits.json",
      is: "what a run of a deployment waited for before its process started; replaced when that changes",
      form: "whole",
    },
  ],
  parse: parseWaits,
  title: ({ key }) => key,
  loses: () => [],
  fix: ({ key }) => `delete ${key}`,
};

export function parseWaits(json: string, key: string): WaitsRecord {
  return parseRecord(json, key, (record) => faultIn(waits, record)) as WaitsRecord;
}
