import type { Environment } from "../../settings/environment.ts";
import { loadArtifact, loadArtifacts } from "../../datastore/load-artifact.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { fieldOf } from "../release/parameter-definitions.ts";
import type { PreparedRelease } from "../release/release.ts";
import { checkGivenNames } from "../values/check-given-values.ts";
import { type FlowField, flowFields } from "../values/flow-fields.ts";
import { type GivenFields, resolveParameters } from "../values/resolve-parameters.ts";

export interface SettleOptions extends Pick<GivenFields, "texts" | "values"> {
  readonly store: Datastore;
  readonly cwd: string;
  readonly env: Environment;
}

/**
 * The values of a run's parameters and included files, from what a stored release knows of them. Its code is evaluated
 * only where a parameter has a schema.
 * @throws MillraceError that lists what has no usable value
 */
export async function settleValues(
  release: Pick<PreparedRelease, "document" | "flow" | "flowFile">,
  { store, cwd, env, texts, values }: SettleOptions,
): Promise<Record<string, unknown>> {
  const { blobs } = store;
  const { parameters, configs } = release.document;
  const needsCode = parameters.some((definition) => definition.kind === "parameter" && definition.isInCode);
  const inCode = needsCode ? flowFields(await release.flow(), loadArtifacts(blobs, configs)) : [];
  const fields = parameters.flatMap((definition): FlowField[] => {
    const field = fieldOf(blobs, definition) ?? inCode.find(({ name }) => name === definition.name);
    return field === undefined ? [] : [field];
  });
  const configured = Object.keys(configs).map((name): FlowField => ({
    kind: "config",
    name,
    options: {},
    initial: undefined,
  }));
  // The files that the code names may not be here: what they held is in the release.
  const included = parameters.flatMap(({ kind, name, default: ref }) =>
    kind === "includeFile" && ref !== null ? [[name, loadArtifact(blobs, name, ref)] as const] : [],
  );
  const declared = [...fields, ...configured];
  checkGivenNames(declared, texts.keys());
  return resolveParameters(declared, {
    ...{ texts, values, cwd, flowFile: release.flowFile, env, store },
    inherited: Object.fromEntries(included),
  });
}
