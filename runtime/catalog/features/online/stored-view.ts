import { featureError } from "../feature-error.ts";
import type { AggregateName, FeatureSpec, KeyType, ViewSpec } from "../view-spec.ts";
import type { ListedView } from "./listed-views.ts";

/** A view as the datastore has it: without the functions of what is computed from other features, and without its source. */
export function storedView({ name, snapshot, version }: ListedView): ViewSpec {
  const { entity, source, features, ttlMs } = version.definition;
  const specs = Object.entries(features).flatMap(([feature, spec]): [string, FeatureSpec][] =>
    // Of what a newer Millrace may have written only names are shown.
    spec.kind === "aggregate" ? [[feature, { ...spec, name: spec.name as AggregateName }]] : [],
  );
  const noRows = () => Promise.reject(featureError(`the source of ${name} is not known here`));
  return {
    name,
    entity: { name: entity.name, keys: new Map(Object.entries(entity.keys) as [string, KeyType][]) },
    source: { ...source, isText: false, files: null, read: noRows },
    features: new Map(specs),
    ttlMs,
    owner: snapshot.owner,
    description: snapshot.description,
    tags: snapshot.tags,
  };
}
