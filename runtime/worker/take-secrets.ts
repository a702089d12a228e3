import path from "node:path";
import { secretSourcesOf } from "../../sdk/decorators/secrets.ts";
import { decoratorUsesOf } from "../../sdk/metadata.ts";
import { loadArtifacts } from "../datastore/artifacts.ts";
import { nodeOf } from "../graph/graph.ts";
import { type Redactor, redactor } from "../secrets/redactor.ts";
import { resolveSecrets } from "../secrets/resolve-secrets.ts";
import type { LoadedFlow } from "./load-flow.ts";

/** Puts the secrets of a step into the environment, and gives what masks them. The environment is restored after it. */
export function takeSecrets(flow: LoadedFlow, { step, method }: { step: string; method: object }): Redactor {
  const { document, setup, blobs } = flow;
  if (nodeOf(document.graph, step).settings.hasSecrets !== true) return (text) => text;
  const sources = secretSourcesOf(decoratorUsesOf(method), loadArtifacts(blobs, document.configs));
  const flowFile = path.join(setup.root, document.flowFile);
  const values = setup.secrets ?? resolveSecrets(sources, { flowFile, step });
  Object.assign(process.env, values);
  return redactor(Object.values(values));
}
