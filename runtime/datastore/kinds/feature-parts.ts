import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { type Check, count, faultIn, fields, hash, list, name, orNull, text, time } from "../shapes/checks.ts";
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
}

/** What was read of the source of a view; grows while it is read, and replaces what was read before. */
export interface FeatureParts {
  readonly format: typeof RECORD_FORMAT;
  readonly view: string;
  /** SHA-256 of what was read of each row: with another one nothing can be used again. */
  readonly layout: string;
  /** The machine on which files were seen. */
  readonly host: string;
  readonly parts: readonly FeaturePart[];
  readonly time: number;
}

const number: Check = (value) => (Number.isFinite(value) ? null : " is not a number");
const file = fields({
  ...{ path: text, size: count, modifiedMs: number, changedMs: number, inode: number, seenAt: time },
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
    return key === featurePartsKey(view) ? null : `it says that it belongs to ${view}`;
  }) as FeatureParts;
}

export function featurePartsKey(view: string): string {
  return `${featureFolder(view)}/parts.json`;
}
