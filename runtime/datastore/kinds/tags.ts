import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { faultIn, fields, list, oneOf, text, time } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

/** One change of a run's tags. Written once and never replaced, so that of two at the same time none is lost. */
export interface TagChange {
  readonly format: typeof RECORD_FORMAT;
  readonly time: number;
  readonly op: "add" | "remove";
  readonly tags: readonly string[];
}

const tagChange = fields({ time, op: oneOf("add", "remove"), tags: list(text) });

export const tagsKind: RecordKind<TagChange> = {
  name: "tags",
  keys: [{ key: "flows/<Flow>/<run>/tags/<time>-<random>.json", is: "one change of the run's tags", form: "whole" }],
  parse: parseTagChange,
  title: ({ key }) => key,
  loses: ({ flow, run }) => [`tags of ${flow}/${run}`],
  fix: ({ key }) => `delete ${key}`,
};

export function parseTagChange(json: string, key: string): TagChange {
  return parseRecord(json, key, (record) => faultIn(tagChange, record)) as TagChange;
}
