import { secretSourcesOf } from "../../../sdk/decorators/secrets.ts";
import { type AnyClass, decoratorUsesOf } from "../../../sdk/base/metadata.ts";
import { stepMethods } from "../../graph/flow-class.ts";
import { resolveSecrets } from "../../secrets/resolve-secrets.ts";
import { type RunSecrets, runSecrets, type SecretVariables } from "../../secrets/run-secrets.ts";

export interface SecretsOf {
  readonly Flow: AnyClass;
  readonly flowFile: string;
  readonly configs: Readonly<Record<string, unknown>>;
  /** Where no other step will run: secrets of others only matter as far as they can be had. */
  readonly onlyStep?: string;
}

/**
 * The values of each step's secrets. Whoever stores output must know them before the first task prints; that they can be
 * had is so settled before the run starts.
 */
export function stepSecrets(of: SecretsOf): RunSecrets {
  const secrets = new Map<string, SecretVariables>();
  for (const [step, { fn }] of stepMethods(of.Flow)) {
    const sources = secretSourcesOf(decoratorUsesOf(fn), of.configs);
    if (sources.length === 0) continue;
    try {
      secrets.set(step, resolveSecrets(sources, { flowFile: of.flowFile, step }));
    } catch (error) {
      if (step === (of.onlyStep ?? step)) throw error;
    }
  }
  return runSecrets(secrets);
}
