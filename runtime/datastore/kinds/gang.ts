import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { count, faultIn, fields, text, time } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

/** Where the other tasks of a gang reach its first one. */
export interface GangRecord {
  readonly format: typeof RECORD_FORMAT;
  /** An address or a name on the network of its machine. */
  readonly mainHost: string;
  /** The attempt of the first task that wrote this. */
  readonly attempt: number;
  readonly time: number;
}

const gang = fields({ mainHost: text, attempt: count, time });

export const gangKind: RecordKind<GangRecord> = {
  name: "gang",
  keys: [
    {
      key: "flows/<Flow>/<run>/gangs/<path>.json",
      is: "where the tasks of a gang reach its first one; each attempt of that replaces it",
      form: "whole",
    },
  ],
  parse: parseGang,
  title: ({ key }) => key,
  loses: () => [],
  fix: ({ key }) => `delete ${key} unless the run is still going`,
};

export function parseGang(json: string, key: string): GangRecord {
  return parseRecord(json, key, (record) => faultIn(gang, record)) as GangRecord;
}
