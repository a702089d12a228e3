import path from "node:path";
import { secretSourcesOf } from "../../sdk/decorators/secrets.ts";
import { decoratorUsesOf } from "../../sdk/base/metadata.ts";
import { loadArtifacts } from "../datastore/artifacts.ts";
import { nodeOf } from "../graph/graph.ts";
import { type Redactor, redactor } from "../secrets/redactor.ts";
import { resolveSecrets } from "../secrets/resolve-secrets.ts";
import type { LoadedFlow } from "./load-flow.ts";

/**
 * Puts the secrets of a step into the environment, and gives what masks all of the run's; null if there are none. The
 * environment is restored after the task.
 */
export function takeSecrets(flow: LoadedFlow, { step, method }: { step: string; method: object }): Redactor | null {
  const { document, setup, blobs } = flow;
  const known = flow.redactor ?? null;
  if (nodeOf(document.graph, step).settings.hasSecrets !== true) return known;
  const sources = secretSourcesOf(decoratorUsesOf(method), loadArtifacts(blobs, document.configs));
  const flowFile = path.join(setup.root, document.flowFile);
  const values = setup.secrets ?? resolveSecrets(sources, { flowFile, step });
  Object.assign(process.env, values);
  const masks = new Set(setup.masks);
  const own = Object.values(values);
  // Read anew, they may not be those that the run began with.
  return own.every((value) => masks.has(value)) ? known : redactor([...masks, ...own]);
}
