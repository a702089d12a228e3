import { parseRecordOf } from "../parse-record.ts";
import { RECORD_FORMAT } from "../records.ts";
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
  table,
  text,
  time,
} from "../shapes/checks.ts";
import { featureFolder } from "./feature-version.ts";
import type { RecordKind } from "./record-kind.ts";

/** What is known of the values of a feature. */
export interface FeatureStatistics {
  /** What its values are: `number`, `string`; several with `|` between them. */
  readonly type: string;
  /** Keys that have a value, and keys that have none. */
  readonly values: number;
  readonly missing: number;
  /** Of those that are finite numbers; null where there are none. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
}

/** Of one with deltas: a Millrace that knew none would answer without them. */
export const LAYERED_FORMAT = 2;

/** A blob with values of keys, and where its index lies. */
export interface SnapshotPart {
  readonly blob: string;
  readonly size: number;
  readonly index: { readonly at: number; readonly length: number; readonly hash: string };
}

/** Which snapshot answers for a feature view; replaced by the next one. */
export interface FeatureSnapshot extends SnapshotPart {
  readonly format: typeof RECORD_FORMAT | typeof LAYERED_FORMAT;
  readonly view: string;
  readonly version: number;
  /** The hash of that version. */
  readonly definition?: string;
  /** Where the rows came from, as the view says it. */
  readonly source?: string;
  /** SHA-256 of all that the snapshot was made from, beside the instant: of equal ones it is not made again. */
  readonly made: string;
  /** The instant that it answers for. */
  readonly until: number;
  /** From then on the same rows give other values: some are known only then, or leave a window. Null: never. */
  readonly steadyUntil?: number | null;
  /** What changed since the blob was made, the oldest first: of a key the newest one that has it answers. */
  readonly deltas?: readonly SnapshotPart[];
  readonly keys: number;
  readonly rows: number;
  /** When the newest row happened that was known at that instant; null where there was none. */
  readonly newest: number | null;
  readonly statistics: Readonly<Record<string, FeatureStatistics>>;
  readonly owner: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly time: number;
  readonly username: string;
  readonly host: string;
}

const number: Check = (value) => (Number.isFinite(value) ? null : " is not a number");
const statistics = fields({
  ...{ type: text, values: count, missing: count },
  ...{ min: orNull(number), max: orNull(number), mean: orNull(number) },
});
const part = { blob: hash, size: count, index: fields({ at: count, length: count, hash }) };
const snapshot = fields({
  view: name,
  version: count,
  definition: optional(hash),
  source: optional(text),
  steadyUntil: optional(orNull(number)),
  made: hash,
  until: time,
  ...part,
  deltas: optional(list(fields(part))),
  keys: count,
  rows: count,
  newest: orNull(number),
  statistics: table(statistics),
  owner: orNull(text),
  description: orNull(text),
  tags: list(text),
  time,
  username: text,
  host: text,
});

export const featureSnapshotKind: RecordKind<FeatureSnapshot> = {
  name: "feature-snapshot",
  keys: [
    {
      key: "features/<view>/online.json",
      is: "the snapshot that answers for a feature view; replaced by the next one",
      form: "whole",
    },
  ],
  parse: parseFeatureSnapshot,
  *references(record) {
    for (const { blob } of snapshotParts(record)) yield { to: "blob", hash: blob, what: "values of features" };
  },
  title: ({ key }) => key,
  loses: ({ key }) => [`the online values of the features ${viewIn(key)}`],
  fix: () => "run features materialize again",
};

/** The blob that all keys were in, then the deltas over it, the oldest first. */
export function snapshotParts({ blob, size, index, deltas = [] }: FeatureSnapshot): readonly SnapshotPart[] {
  return [{ blob, size, index }, ...deltas];
}

/** @throws MillraceError for what belongs to another view than its key names */
export function parseFeatureSnapshot(json: string, key: string): FeatureSnapshot {
  const faultOf = (record: unknown) => {
    const fault = faultIn(snapshot, record);
    if (fault !== null) return fault;
    const { view } = record as FeatureSnapshot;
    return key === featureSnapshotKey(view) ? null : `it says that it belongs to ${view}`;
  };
  return parseRecordOf([RECORD_FORMAT, LAYERED_FORMAT], json, { key, faultOf }) as FeatureSnapshot;
}

export function featureSnapshotKey(view: string): string {
  return `${featureFolder(view)}/online.json`;
}

function viewIn(key: string): string {
  return key.split("/")[1] ?? key;
}
