import { resolveSecrets } from "../../secrets/resolve-secrets.ts";
import { type RunSecrets, runSecrets, type SecretVariables } from "../../secrets/run-secrets.ts";
import type { SecretSources } from "../release/secret-sources.ts";

export interface StepSecretsOptions {
  readonly flowFile: string;
  /** Where no other step will run: secrets of others only matter as far as they can be had. */
  readonly onlyStep?: string;
}

/**
 * The values of each step's secrets. Whoever stores output must know them before the first task prints; that they can be
 * had is so settled before the run starts.
 */
export function stepSecrets(sources: SecretSources, { flowFile, onlyStep }: StepSecretsOptions): RunSecrets {
  const secrets = new Map<string, SecretVariables>();
  for (const [step, own] of sources) {
    try {
      secrets.set(step, resolveSecrets(own, { flowFile, step }));
    } catch (error) {
      if (step === (onlyStep ?? step)) throw error;
    }
  }
  return runSecrets(secrets);
}
