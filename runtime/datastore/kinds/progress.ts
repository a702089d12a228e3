import { parseRecord } from "../parse-record.ts";
import type { ProgressRecord } from "../records.ts";
import { type Check, count, faultIn, fields, list, optional, text, time } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

const fraction: Check = (value) =>
  typeof value === "number" && value >= 0 && value <= 1 ? null : " is not a fraction from 0 to 1";

const progress = fields({
  tasks: list(fields({ task: count, attempt: count, fraction, note: text, time })),
  waits: optional(list(fields({ step: text, waitsFor: list(text) }))),
});

/** How far the tasks that run say they are, and what others wait for. */
export const progressKind: RecordKind<ProgressRecord> = {
  name: "progress",
  keys: [
    {
      key: "flows/<Flow>/<run>/progress.json",
      is: "what running tasks told with `current.progress`, and what steps wait for; replaced while they run",
      form: "whole",
    },
  ],
  parse: parseProgress,
  title: ({ key }) => key,
  loses: () => [],
  fix: ({ key }) => `delete ${key}: status then shows no progress and nothing that waits`,
};

export function parseProgress(json: string, key: string): ProgressRecord {
  return parseRecord(json, key, (record) => faultIn(progress, record)) as ProgressRecord;
}
