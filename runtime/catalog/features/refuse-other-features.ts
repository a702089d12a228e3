import type { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { FeatureUse } from "../../../sdk/base/feature-use.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { FeatureDefinitionRecord } from "../../datastore/kinds/feature-version.ts";
import { differenceOf } from "./difference-of.ts";
import { featureError } from "./feature-error.ts";
import { definitionHash, definitionRecord } from "./online/definition-record.ts";
import { FeatureStore } from "./online/feature-store.ts";
import type { ViewSpec } from "./view-spec.ts";

/** What a service looks up. */
export interface ServedFeatures {
  readonly view: ViewSpec;
  readonly names: readonly string[];
}

/**
 * Refuses to serve a model with features that are defined otherwise than those that it was trained on. Of a view that it was
 * not trained on nothing is known.
 *
 * @param model - `reference`: as it is named in the error; `features`: what its lineage says
 * @throws MillraceError `MILLRACE_FEATURE`
 */
export function refuseOtherFeatures(
  store: Datastore,
  model: { readonly reference: string; readonly features: readonly FeatureUse[] },
  served: readonly ServedFeatures[],
): void {
  const details: string[] = [];
  for (const { view, names } of served) {
    const trained = model.features.filter((use) => use.view === view.name);
    const own = definitionRecord(view);
    const found = trained.map((use) => ({ use, differs: differencesFrom(store, use, { own, names }) }));
    // Of a run that computed two versions, either is what the model knows.
    const [first] = found;
    if (first === undefined || found.some(({ differs }) => differs.length === 0)) continue;
    for (const one of first.differs) details.push(`${one} (trained on version ${first.use.version})`);
  }
  if (details.length > 0) throw otherFeatures(model.reference, details);
}

function differencesFrom(
  store: Datastore,
  use: FeatureUse,
  { own, names }: { readonly own: FeatureDefinitionRecord; readonly names: readonly string[] },
): string[] {
  if (use.hash === definitionHash(own)) return [];
  const versions = new FeatureStore(store).versions(use.view);
  const trained = versions.find(({ hash }) => hash === use.hash)?.definition;
  if (trained === undefined) return [`${use.view} is another version, and how it was defined is not known any more`];
  // What only the service looks up, the model was not trained on.
  const both = names.filter((name) => use.features.includes(name));
  return differenceOf(use.view, { names: both, trained, own });
}

function otherFeatures(reference: string, details: readonly string[]): MillraceError {
  return featureError(`Cannot serve ${reference} because it was trained on other features than the service looks up`, {
    details,
    hint: "train it again with the features as they are now, serve a version that was, or undo the change",
  });
}
