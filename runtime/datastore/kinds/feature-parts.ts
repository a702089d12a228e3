import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import {
  type Check,
  count,
  faultIn,
  fields,
  hash,
  list,
  name,
  optional,
  orNull,
  text,
  time,
} from "../shapes/checks.ts";
import { featureFolder } from "./feature-version.ts";
import type { RecordKind } from "./record-kind.ts";

/** A part of a source that was read. */
export interface FeaturePart {
  /** Null for rows that come from no file. */
  readonly file: FileState | null;
  /** SHA-256 of its bytes. */
  readonly content: string;
  /** Blob with the rows. */
  readonly blob: string;
  readonly size: number;
  readonly rows: number;
  /** When its last row happened; null where it has none. */
  readonly newest: number | null;
}

/** By what a file is known again without reading it. */
export interface FileState {
  readonly path: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly changedMs: number;
  readonly inode: number;
  /** When that was seen. */
  readonly seenAt: number;
  /** The machine on which it was seen. Absent: the one that the record names. */
  readonly host?: string;
}

/** What was read of the source of a view: all of it, or what one task has read so far. */
export interface FeatureParts {
  readonly format: typeof RECORD_FORMAT;
  readonly view: string;
  /** SHA-256 of what was read of each row: with another one nothing can be used again. */
  readonly layout: string;
  /** The machine that wrote this. */
  readonly host: string;
  readonly parts: readonly FeaturePart[];
  readonly time: number;
}

const number: Check = (value) => (Number.isFinite(value) ? null : " is not a number");
const file = fields({
  ...{ path: text, size: count, modifiedMs: number, changedMs: number, inode: number, seenAt: time },
  host: optional(text),
});
const part = fields({
  ...{ file: orNull(file), content: hash, blob: hash, size: count, rows: count, newest: orNull(number) },
});
const parts = fields({ view: name, layout: hash, host: text, parts: list(part), time });

export const featurePartsKind: RecordKind<FeatureParts> = {
  name: "feature-parts",
  keys: [
    {
      key: "features/<view>/parts.json",
      is: "what was read of the source of a feature view, file by file: unchanged files are not read again",
      form: "whole",
    },
    {
      key: "features/<view>/read/<id>.json",
      is: "what a task has read of that source and parts.json does not name yet: it is not read again, either",
      form: "whole",
    },
  ],
  parse: parseFeatureParts,
  *references(record) {
    for (const { blob } of record.parts) yield { to: "blob", hash: blob, what: "rows of a source" };
  },
  title: ({ key }) => key,
  loses: () => ["time: the source is read again"],
  fix: ({ key }) => `delete ${key}: features materialize writes it anew`,
};

/** @throws MillraceError for what belongs to another view than its key names */
export function parseFeatureParts(json: string, key: string): FeatureParts {
  return parseRecord(json, key, (record) => {
    const fault = faultIn(parts, record);
    if (fault !== null) return fault;
    const { view } = record as FeatureParts;
    const isOfView = key === featurePartsKey(view) || key.startsWith(`${featureReadFolder(view)}/`);
    return isOfView ? null : `it says that it belongs to ${view}`;
  }) as FeatureParts;
}

export function featurePartsKey(view: string): string {
  return `${featureFolder(view)}/parts.json`;
}

/** What tasks have read lies below this until `parts.json` names it. */
export function featureReadFolder(view: string): string {
  return `${featureFolder(view)}/read`;
}

/** @param id - SHA-256 of what the task is to read */
export function featureReadKey(view: string, id: string): string {
  return `${featureReadFolder(view)}/${id}.json`;
}
