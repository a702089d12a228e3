import { createHash } from "node:crypto";
import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { faultIn, fields, text, time } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

/** What turned out to be true of a request. Written once. */
export interface OutcomeRecord {
  readonly format: typeof RECORD_FORMAT;
  /** Id of the request. */
  readonly id: string;
  /** Any JSON. */
  readonly truth: unknown;
  readonly time: number;
  readonly username: string;
}

const outcome = fields({ id: text, time, username: text });

export const outcomeKind: RecordKind<OutcomeRecord> = {
  name: "outcome",
  keys: [
    {
      key: "outcomes/<2 hex>/<62 hex>.json",
      is: "what turned out to be true of a request to a model, by the SHA-256 of its id; written once",
      form: "whole",
    },
  ],
  parse: parseOutcome,
  title: ({ key }) => key,
  loses: () => ["the outcome of one request"],
  fix: ({ key }) => `delete ${key}, and tell the outcome again`,
};

/** @throws MillraceError for that of another request than its key names */
export function parseOutcome(json: string, key: string): OutcomeRecord {
  return parseRecord(json, key, (record) => {
    const fault = faultIn(outcome, record);
    if (fault !== null) return fault;
    return outcomeKey((record as OutcomeRecord).id) === key ? null : "it belongs to another request";
  }) as OutcomeRecord;
}

export function outcomeKey(id: string): string {
  const hash = createHash("sha256").update(id).digest("hex");
  return `outcomes/${hash.slice(0, 2)}/${hash.slice(2)}.json`;
}
