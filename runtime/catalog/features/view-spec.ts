import type { SourceSpec } from "./source-spec.ts";

/** The types that a key of an entity can have. */
export type KeyType = "string" | "number" | "bigint" | "boolean";

/** Names of what is computed over rows. */
export type AggregateName = "sum" | "count" | "mean" | "min" | "max" | "last" | "first" | "distinct" | "quantile";

/** Computed over the rows of one key that were known at an instant. */
export interface AggregateSpec {
  readonly kind: "aggregate";
  readonly name: AggregateName;
  /** Null where rows are counted. */
  readonly column: string | null;
  /** Rows after the instant less this many milliseconds count; null: all that the view keeps. */
  readonly windowMs: number | null;
  /** Of a quantile: 0 to 1. */
  readonly at: number | null;
}

/** Computed from other features of the same view. */
export interface ComputeSpec {
  readonly kind: "compute";
  readonly of: readonly string[];
  readonly with: (...values: never[]) => unknown;
}

export type FeatureSpec = AggregateSpec | ComputeSpec;

export interface EntitySpec {
  readonly name: string;
  readonly keys: ReadonlyMap<string, KeyType>;
}

/** What a feature view was declared as. */
export interface ViewSpec {
  readonly name: string;
  readonly entity: EntitySpec;
  readonly source: SourceSpec;
  /** Those that are computed from others stand behind them. */
  readonly features: ReadonlyMap<string, FeatureSpec>;
  readonly ttlMs: number | null;
  /** For people. */
  readonly owner: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
}
