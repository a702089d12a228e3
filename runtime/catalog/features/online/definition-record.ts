import { createHash } from "node:crypto";
import type { FeatureDefinitionRecord, StoredFeature } from "../../../datastore/kinds/feature-version.ts";
import type { FeatureSpec, ViewSpec } from "../view-spec.ts";
import { codeMeaning } from "./code-meaning.ts";

/** What a view is, without code. */
export function definitionRecord({ entity, source, features, ttlMs }: ViewSpec): FeatureDefinitionRecord {
  const { kind, title, event, created } = source;
  return {
    entity: { name: entity.name, keys: Object.fromEntries(entity.keys) },
    source: { kind, title, event, created },
    features: Object.fromEntries([...features].map(([name, spec]) => [name, storedFeature(spec)])),
    ttlMs,
  };
}

/** Their title is a path, and the same rows may lie anywhere: what they hold decides what is computed anew. */
const OF_FILES: ReadonlySet<string> = new Set(["csv", "jsonl", "parquet", "arrow"]);

/** What of a source is part of a definition: how its rows are read, and not where files lie. */
export function sourceMeaning({ kind, title, event, created }: FeatureDefinitionRecord["source"]): readonly unknown[] {
  return [kind, event, created, OF_FILES.has(kind) ? null : title];
}

/** SHA-256 of what a definition says, whatever the order of the features. */
export function definitionHash(definition: FeatureDefinitionRecord): string {
  const features = Object.entries(definition.features)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, spec]) => [name, spec.kind === "compute" ? { ...spec, text: codeMeaning(spec.text) } : spec]);
  return hashOfText(JSON.stringify([definition.entity, sourceMeaning(definition.source), features, definition.ttlMs]));
}

/** As hex. */
export function hashOfText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** As a definition holds it. */
export function storedFeature(spec: FeatureSpec): StoredFeature {
  if (spec.kind === "compute") return { kind: "compute", of: spec.of, text: String(spec.with) };
  const { name, column, windowMs, at } = spec;
  return { kind: "aggregate", name, column, windowMs, at };
}
