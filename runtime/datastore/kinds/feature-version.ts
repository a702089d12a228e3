import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import {
  type Check,
  count,
  faultIn,
  fields,
  hash,
  kinds,
  list,
  name,
  orNull,
  table,
  text,
  time,
} from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

/** A feature as its view defines it, without code. */
export type StoredFeature =
  | {
      readonly kind: "aggregate";
      readonly name: string;
      readonly column: string | null;
      readonly windowMs: number | null;
      readonly at: number | null;
    }
  | {
      readonly kind: "compute";
      readonly of: readonly string[];
      /** Text of the function. */
      readonly text: string;
    };

/** What a view is: what changes its values is in it, and nothing else. */
export interface FeatureDefinitionRecord {
  readonly entity: { readonly name: string; readonly keys: Readonly<Record<string, string>> };
  readonly source: {
    readonly kind: string;
    readonly title: string;
    readonly event: string;
    readonly created: string | null;
  };
  readonly features: Readonly<Record<string, StoredFeature>>;
  readonly ttlMs: number | null;
}

/** One version of a feature view, created under the next number that none has, and never changed. */
export interface FeatureVersion {
  readonly format: typeof RECORD_FORMAT;
  readonly view: string;
  /** From 1, without a gap. */
  readonly number: number;
  /** SHA-256 of the definition. */
  readonly hash: string;
  readonly definition: FeatureDefinitionRecord;
  readonly time: number;
  readonly username: string;
  readonly host: string;
}

const number: Check = (value) => (Number.isFinite(value) ? null : " is not a number");
const feature = kinds("kind", {
  aggregate: { name: text, column: orNull(text), windowMs: orNull(number), at: orNull(number) },
  compute: { of: list(text), text },
});
const definition = fields({
  entity: fields({ name: text, keys: table(text) }),
  source: fields({ kind: text, title: text, event: text, created: orNull(text) }),
  features: table(feature),
  ttlMs: orNull(number),
});
const version = fields({ view: name, number: count, hash, definition, time, username: text, host: text });

export const featureVersionKind: RecordKind<FeatureVersion> = {
  name: "feature-version",
  keys: [
    {
      key: "features/<view>/versions/<n>.json",
      is: "one version of a feature view: its definition; written once",
      form: "whole",
    },
  ],
  parse: parseFeatureVersion,
  title: ({ key }) => key,
  loses: ({ key }) => [`how a version of the features ${key.split("/")[1] ?? key} was defined`],
  fix: ({ key }) => `delete ${key}, then run features materialize again`,
};

/** @throws MillraceError for what is not the version that its key names */
export function parseFeatureVersion(json: string, key: string): FeatureVersion {
  return parseRecord(json, key, (record) => {
    const fault = faultIn(version, record);
    if (fault !== null) return fault;
    const { view, number: seen } = record as FeatureVersion;
    return key === featureVersionKey(view, seen) ? null : `it says that it is version ${seen} of ${view}`;
  }) as FeatureVersion;
}

/** Everything of one view lies below this. */
export function featureFolder(view: string): string {
  return `features/${view}`;
}

export function featureVersionKey(view: string, seen: number): string {
  return `${featureFolder(view)}/versions/${seen}.json`;
}
