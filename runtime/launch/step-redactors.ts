import { secretSourcesOf } from "../../sdk/decorators/secrets.ts";
import { type AnyClass, decoratorUsesOf } from "../../sdk/metadata.ts";
import { stepMethods } from "../graph/flow-class.ts";
import { type Redactor, redactor } from "../secrets/redactor.ts";
import { resolveSecrets } from "../secrets/resolve-secrets.ts";

/**
 * What masks the secrets of each step in its output. The scheduler stores the output, so it must know the values before
 * the first task prints; that they can be had is so settled before the run starts.
 */
export function stepRedactors(of: {
  readonly Flow: AnyClass;
  readonly flowFile: string;
  readonly configs: Readonly<Record<string, unknown>>;
  /** Where no other step will run. */
  readonly onlyStep?: string;
}): ReadonlyMap<string, Redactor> {
  const redactors = new Map<string, Redactor>();
  for (const [step, { fn }] of stepMethods(of.Flow)) {
    if (step !== (of.onlyStep ?? step)) continue;
    const sources = secretSourcesOf(decoratorUsesOf(fn), of.configs);
    if (sources.length === 0) continue;
    redactors.set(step, redactor(Object.values(resolveSecrets(sources, { flowFile: of.flowFile, step }))));
  }
  return redactors;
}
