/**
 * Features that are defined once, and computed for each label as they were known at its instant.
 *
 * @packageDocumentation
 */
import { watchLoading } from "../watch-loading.ts";

export {
  compute,
  count,
  distinct,
  first,
  last,
  max,
  mean,
  min,
  quantile,
  sum,
  type QuantileOptions,
  type WindowOptions,
} from "./aggregates.ts";
export { artifact, type ArtifactSourceOptions } from "./artifact.ts";
export { entity, type Entity, type EntityKeys, type KeyOf } from "./entity.ts";
export type {
  FeatureDefinition,
  FeatureDefinitions,
  FeatureSelection,
  FeatureValue,
  FeatureView,
  ValuesOf,
  WithFeatures,
} from "./feature-definition.ts";
export { featureView, type FeatureViewOptions } from "./feature-view.ts";
export { features, type Features } from "./features.ts";
export type { HistoricalOptions } from "./historical-rows.ts";
export type { FeatureViewSummary } from "./feature-view-summary.ts";
export type { MaterializeOptions } from "./materialize-selected.ts";
export type { Materialized } from "./materialized.ts";
export type { OnlineOptions } from "./online-rows.ts";
export {
  arrow,
  csv,
  jsonl,
  parquet,
  rows,
  sql,
  type FeatureSource,
  type SourceOptions,
  type SqlSourceOptions,
} from "./sources.ts";
export type { KeyType } from "../../runtime/catalog/features/view-spec.ts";
export type { FeatureEngine } from "../../runtime/catalog/features/historical.ts";

watchLoading();
