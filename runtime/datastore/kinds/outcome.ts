import { createHash } from "node:crypto";
import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { faultIn, fields, optional, orNull, text, time } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

/** What turned out to be true of a request. Written once. */
export interface OutcomeRecord {
  readonly format: typeof RECORD_FORMAT;
  /** Id of the request. */
  readonly id: string;
  /** The model that answered; null, or absent in older ones, where it was not said. */
  readonly model?: string | null;
  /** Any JSON. */
  readonly truth: unknown;
  readonly time: number;
  readonly username: string;
}

const outcome = fields({ id: text, model: optional(orNull(text)), time, username: text });

export const outcomeKind: RecordKind<OutcomeRecord> = {
  name: "outcome",
  keys: [
    {
      key: "outcomes/<2 hex>/<62 hex>.json",
      is: "what turned out to be true of a request to a model, by the SHA-256 of its id, or of the model and its id; written once",
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
    const { id, model = null } = record as OutcomeRecord;
    return outcomeKey(id, model) === key ? null : "it belongs to another request";
  }) as OutcomeRecord;
}

/** Servers of several models may have given the same id: then the name of the model is part of it. */
export function outcomeKey(id: string, model: string | null): string {
  const hash = createHash("sha256")
    .update(model === null ? id : `${model}\0${id}`)
    .digest("hex");
  return `outcomes/${hash.slice(0, 2)}/${hash.slice(2)}.json`;
}
