import { effectiveUses } from "../../../sdk/decorators/effective-uses.ts";
import type { SecretSource } from "../../../sdk/decorators/secret-source.ts";
import { secretSourcesOf } from "../../../sdk/decorators/secrets.ts";
import type { AnyClass } from "../../../sdk/base/metadata.ts";
import type { SecretOrigin } from "../../datastore/release-document.ts";
import { stepMethods, usesOfStep } from "../../graph/step-methods.ts";

/** Where the secrets of each step come from; steps without secrets are not there. */
export type SecretSources = ReadonlyMap<string, readonly SecretSource[]>;

export function secretSources(Flow: AnyClass, configs: Readonly<Record<string, unknown>>): SecretSources {
  const sources = new Map<string, readonly SecretSource[]>();
  for (const [step, found] of stepMethods(Flow)) {
    const own = secretSourcesOf(effectiveUses(usesOfStep(Flow, found), { configs, step }), configs);
    if (own.length > 0) sources.set(step, own);
  }
  return sources;
}

/** What a release says of them: never a value. */
export function secretOrigins(sources: SecretSources): Record<string, SecretOrigin[]> {
  return Object.fromEntries([...sources].map(([step, own]) => [step, own.map(originOf)]));
}

function originOf(source: SecretSource): SecretOrigin {
  return source.type === "inline" ? { type: "inline", names: Object.keys(source.vars) } : source;
}

/** The sources that a release names; null where one of them is known to the code alone. */
export function namedSources(origins: Readonly<Record<string, readonly SecretOrigin[]>>): SecretSources | null {
  const sources = new Map<string, readonly SecretSource[]>();
  for (const [step, own] of Object.entries(origins)) {
    const named = own.flatMap((origin) => (origin.type === "inline" ? [] : [origin]));
    if (named.length < own.length) return null;
    sources.set(step, named);
  }
  return sources;
}
