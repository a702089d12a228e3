import type { FeatureDefinitionRecord, StoredFeature } from "../../datastore/kinds/feature-version.ts";
import { featureText, windowText } from "./feature-text.ts";
import { codeMeaning } from "./online/code-meaning.ts";
import { sourceMeaning } from "./online/definition-record.ts";

/** Where two definitions of a view give some features otherwise, in words; nothing where they do not. */
export function differenceOf(
  view: string,
  {
    names,
    trained,
    own,
  }: {
    readonly names: readonly string[];
    readonly trained: FeatureDefinitionRecord;
    readonly own: FeatureDefinitionRecord;
  },
): string[] {
  if (names.length === 0) return [];
  const found: string[] = [];
  const compare = (what: string, was: unknown, is: unknown) => {
    if (JSON.stringify(was) !== JSON.stringify(is))
      found.push(`${view}: its ${what} is ${text(is)}, and was ${text(was)}`);
  };
  compare("entity", trained.entity, own.entity);
  if (JSON.stringify(sourceMeaning(trained.source)) !== JSON.stringify(sourceMeaning(own.source)))
    compare("source", trained.source, own.source);
  compare("ttl", trained.ttlMs, own.ttlMs);
  const taken = new Set<string>();
  for (const name of names)
    for (const one of [...behind(own, name), ...behind(trained, name)]) {
      if (taken.has(one)) continue;
      taken.add(one);
      const [was, is] = [trained.features[one], own.features[one]];
      if (meaning(was) === meaning(is)) continue;
      if (was?.kind === "compute" && is?.kind === "compute" && definitionText(was) === definitionText(is))
        found.push(`${view}.${one} is computed by another function`);
      else found.push(`${view}.${one} is ${definitionText(is)}, and was ${definitionText(was)}`);
    }
  return found;
}

/** A feature, and those that it is computed from. */
function* behind(definition: FeatureDefinitionRecord, name: string): Generator<string> {
  yield name;
  const spec = definition.features[name];
  if (spec?.kind === "compute") for (const one of spec.of) yield* behind(definition, one);
}

function meaning(spec: StoredFeature | undefined): string | undefined {
  return JSON.stringify(spec?.kind === "compute" ? { ...spec, text: codeMeaning(spec.text) } : spec);
}

function text(value: unknown): string {
  if (value === null) return "none";
  return typeof value === "number" ? windowText(value) : JSON.stringify(value);
}

function definitionText(spec: StoredFeature | undefined): string {
  return spec === undefined ? "not defined" : featureText(spec);
}
