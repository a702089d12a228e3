import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { nearest } from "../../sdk/base/nearest.ts";
import type { Datastore } from "../datastore/datastore.ts";
import type { DeploymentVersion } from "../datastore/kinds/deployment.ts";
import { readRelease } from "../datastore/kinds/release.ts";
import { storedFlow } from "../launch/release/stored-flow.ts";
import { settleValues } from "../launch/run/settle-values.ts";
import { flagName } from "../launch/values/flow-fields.ts";
import { readCodePackage } from "../package/read-code-package.ts";

/** `--date 2026-03-01`, by the flag's name; a flag may stand several times. */
export type TriggerFlags = ReadonlyMap<string, readonly string[]>;

export interface TriggerValuesOptions {
  readonly flags: TriggerFlags;
  readonly store: Datastore;
}

/**
 * The parameters that flags mean, checked with those that the deployment has: a run that could not begin is refused here.
 * @throws MillraceError for a flag that is no parameter's, or a value that cannot be used
 */
export async function triggerValues(
  version: DeploymentVersion,
  { flags, store }: TriggerValuesOptions,
): Promise<Record<string, string>> {
  const document = readRelease(store.blobs, version.release);
  const names = document.parameters.flatMap(({ kind, name }) => (kind === "parameter" ? [name] : []));
  const given = Object.fromEntries(
    [...flags].map(([flag, texts]) => [nameOf(flag, { names, version }), texts.join(",")]),
  );
  const texts = Object.entries({ ...version.parameters, ...given });
  const { root, file: flowFile } = document.place;
  const bundle = () => ({ code: readCodePackage(store.blobs, document.code), root });
  await settleValues(
    { document, flowFile, flow: storedFlow({ flow: document.flow, flowFile, bundle }) },
    {
      texts: new Map(texts.map(([name, text]) => [name, { texts: [text], source: `--${flagName(name)}` }])),
      ...{ values: {}, cwd: root, env: {}, store },
    },
  );
  return given;
}

function nameOf(flag: string, of: { readonly names: readonly string[]; readonly version: DeploymentVersion }): string {
  const { names, version } = of;
  const found = names.find((name) => name === flag || flagName(name) === flag);
  if (found !== undefined) return found;
  const flags = names.map(flagName);
  const near = nearest(flag, flags);
  const known = flags.length === 0 ? "the flow has no parameters" : `its parameters: --${flags.join(", --")}`;
  throw new MillraceError({
    code: "MILLRACE_PARAMETER",
    headline: `Cannot trigger ${version.deployment} because ${version.flow} has no parameter for --${flag}`,
    hint: near === null ? known : `did you mean --${near}?`,
  });
}
