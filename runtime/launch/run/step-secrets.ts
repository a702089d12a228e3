import { resolveSecrets } from "../../secrets/resolve-secrets.ts";
import { type RunSecrets, runSecrets, type SecretVariables, type FarSource } from "../../secrets/run-secrets.ts";
import { splitSources, type StepSources } from "../../secrets/split-sources.ts";
import type { StepEngines } from "../engines/chosen-engines.ts";
import type { SecretSources } from "../release/secret-sources.ts";

export interface StepSecretsOptions {
  readonly flowFile: string;
  /** Steps that run elsewhere read some of their secrets there. */
  readonly engines: StepEngines;
  /** Where no other step will run: secrets of others only matter as far as they can be had. */
  readonly onlyStep?: string;
}

/**
 * The values of each step's secrets. Whoever stores output must know them before the first task prints; that they can be
 * had is so settled before the run starts.
 */
export async function stepSecrets(sources: SecretSources, options: StepSecretsOptions): Promise<RunSecrets> {
  const { flowFile, engines, onlyStep } = options;
  const secrets = new Map<string, SecretVariables>();
  const readByTask = new Map<string, readonly FarSource[]>();
  for (const [step, own] of sources) {
    try {
      const at = { flowFile, step };
      const split: StepSources = engines.has(step)
        ? await splitSources(own, at)
        : { values: await resolveSecrets(own, at), readByTask: [] };
      if (split.values !== null) secrets.set(step, split.values);
      if (split.readByTask.length > 0) readByTask.set(step, split.readByTask);
    } catch (error) {
      if (step === (onlyStep ?? step)) throw error;
    }
  }
  return runSecrets(secrets, { readByTask });
}
