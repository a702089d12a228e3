/**
 * Named, numbered versions of artifacts, and aliases that point to them.
 *
 * @packageDocumentation
 */
export { models, type Models } from "./models.ts";
export { Model } from "./model.ts";
export type { ModelReference } from "../files/model-reference.ts";
export type {
  AliasMove,
  ExpectingPromoteOptions,
  HistoryAtOptions,
  ModelStoreOptions,
  ModelSummary,
  MoveOptions,
  OutcomeOptions,
  PromoteOptions,
  RegisterOptions,
  RemoveModelOptions,
  RollbackOptions,
} from "./model-store-options.ts";
export type {
  LineageCode,
  LineageData,
  LineageEnvironment,
  LineageFeatures,
  LineageRun,
  ModelLineage,
} from "./model-lineage.ts";
export type { ModelChange, ModelPart } from "../../runtime/catalog/models/compare-versions.ts";
export type { ModelSchema } from "../../runtime/datastore/kinds/model-version.ts";
export type { GitState } from "../../runtime/datastore/release-document.ts";
export type { ModelFacts, ReferenceData } from "../base/model-facts.ts";
export type { Artifact } from "../client/artifact.ts";
