import type { AnyClass } from "../../../sdk/base/metadata.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { isMillraceError, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { meansModel } from "../../catalog/models/pin-model.ts";
import type { Blobs } from "../../datastore/blobs.ts";
import { loadArtifacts, saveArtifact } from "../../datastore/load-artifact.ts";
import { refIn, type RunDocument } from "../../datastore/records.ts";
import { type ConfiguredFields, configuredFields } from "./configured-fields.ts";
import { fieldsFollowing } from "./fields-following.ts";
import type { FlowField } from "./flow-fields.ts";
import { type GivenConfigs, resolveConfig } from "./resolve-config.ts";
import { resolveParameters } from "./resolve-parameters.ts";

export interface InheritedValues {
  readonly configs: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface InheritOptions {
  readonly origin: Pick<RunDocument, "configs" | "parameters">;
  readonly blobs: Blobs;
  readonly given: GivenConfigs;
}

/**
 * What a run takes over from its origin: all values, but defaults that follow a configuration which is given anew.
 * @throws MillraceError where the fields cannot be evaluated under the origin's configuration
 */
export async function inheritedValues(
  Flow: AnyClass,
  { origin, blobs, given }: InheritOptions,
): Promise<InheritedValues> {
  const configs = loadArtifacts(blobs, origin.configs);
  const parameters = loadArtifacts(blobs, origin.parameters);
  const anew = new Set([...given.values.keys(), ...given.files.keys()]);
  if (anew.size === 0) return { configs, parameters };
  const { fields, reads } = await fieldsBefore(Flow, { ...given, inherited: configs });
  const following = fieldsFollowing(anew, { reads, isEnd: (name) => anew.has(name) });
  const defaults = new Set<string>();
  for (const field of fields) {
    const { name } = field;
    const hash = (refIn(origin.parameters, name) ?? refIn(origin.configs, name))?.hash;
    if (hash === undefined || anew.has(name) || !following.has(name)) continue;
    const known = await defaultOf(field, given);
    if (known !== null && saveArtifact(blobs, name, known.value).hash === hash) defaults.add(name);
  }
  const isKept = ([name]: [string, unknown]) => !defaults.has(name);
  return {
    configs: Object.fromEntries(Object.entries(configs).filter(isKept)),
    parameters: Object.fromEntries(Object.entries(parameters).filter(isKept)),
  };
}

/** The fields as they are under the origin's configuration; what that has not is taken from what is given. */
async function fieldsBefore(
  Flow: AnyClass,
  given: GivenConfigs & { readonly inherited: Readonly<Record<string, unknown>> },
): Promise<ConfiguredFields> {
  const missing = (texts: ReadonlyMap<string, string>) =>
    new Map([...texts].filter(([name]) => !Object.hasOwn(given.inherited, name)));
  try {
    return await configuredFields(Flow, { ...given, files: missing(given.files), values: missing(given.values) });
  } catch (cause) {
    if (isMillraceError(cause)) throw cause;
    throw new MillraceError({
      code: "MILLRACE_USAGE",
      headline: `Cannot take another configuration because the fields of ${Flow.name} cannot be evaluated under the origin's: ${messageOf(cause)}`,
      hint: "start a new run, or let the initializers take the former configuration as well",
      cause,
    });
  }
}

/** Null where there is none, or none that can be used. */
async function defaultOf(field: FlowField, { flowFile, cwd }: GivenConfigs): Promise<{ value: unknown } | null> {
  const nothing = new Map<string, never>();
  try {
    if (field.kind !== "config") {
      const from = { texts: nothing, values: {}, inherited: {}, env: {}, flowFile, cwd, store: null };
      // A model that is the default stays the version that it was.
      if (meansModel(field.initial)) return null;
      return { value: (await resolveParameters([field], from))[field.name] };
    }
    // A file is no initializer's.
    if (field.options.file !== undefined) return null;
    return { value: await resolveConfig(field, { files: nothing, values: nothing, flowFile, cwd }) };
  } catch (error) {
    if (isMillraceError(error)) return null;
    throw error;
  }
}
