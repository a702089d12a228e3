import path from "node:path";
import { secretSourcesOf } from "../../../sdk/decorators/secrets.ts";
import { loadArtifacts } from "../../datastore/load-artifact.ts";
import { redactor } from "../../secrets/redactor.ts";
import { resolveSecrets } from "../../secrets/resolve-secrets.ts";
import type { StepAttempt } from "../step-attempt.ts";
import type { Aspect } from "./aspect.ts";

/**
 * `@secrets`: puts them into the environment, and masks them in what the attempt says. The environment is restored after
 * the task.
 */
export const SECRETS: Aspect = {
  name: "secrets",
  isFor: ({ hasSecrets }) => hasSecrets === true,
  begin: (attempt) => ({
    async before() {
      await takeSecrets(attempt);
      return null;
    },
  }),
};

async function takeSecrets({ flow, spec, uses, mask }: StepAttempt): Promise<void> {
  const { document, setup, blobs } = flow;
  const sources = secretSourcesOf(uses(), loadArtifacts(blobs, document.configs));
  const flowFile = path.join(setup.root, document.flowFile);
  const values = setup.secrets ?? (await resolveSecrets(sources, { flowFile, step: spec.step }));
  Object.assign(process.env, values);
  const masks = new Set(setup.masks);
  const own = Object.values(values);
  // Read anew, they may not be those that the run began with.
  if (!own.every((value) => masks.has(value))) mask(redactor([...masks, ...own]));
}
