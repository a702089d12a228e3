import { hasCode } from "../../../sdk/base/millrace-error.ts";
import { loadArtifact, saveArtifact } from "../../datastore/load-artifact.ts";
import type { Blobs } from "../../datastore/blobs.ts";
import type { ArtifactRef } from "../../datastore/records.ts";
import type { ParameterDefinition } from "../../datastore/release-document.ts";
import type { FlowPlan } from "../plan/plan-run.ts";
import type { FlowField } from "../values/flow-fields.ts";
import type { StoredValue } from "./release.ts";

/**
 * Stores what a release has to know of parameters and included files; `defaults` receives the values that are stored. A
 * default that a run does not use is not stored for it: it may be a secret, or a file that cannot be read here.
 */
export function parameterDefinitions(
  plan: Pick<FlowPlan, "fields" | "flowFile" | "parameters" | "given">,
  { blobs, defaults }: { readonly blobs: Blobs; readonly defaults: Map<string, StoredValue> },
): ParameterDefinition[] {
  const save = (name: string, value: unknown): ArtifactRef => {
    const ref = saveArtifact(blobs, name, value);
    defaults.set(name, { value, ref });
    return ref;
  };
  return plan.fields.flatMap((field): ParameterDefinition[] => {
    const { kind, name } = field;
    if (kind === "config") return [];
    if (kind === "includeFile") {
      const { encoding = "utf8" } = field.options;
      const content = plan.given.has(name) ? undefined : plan.parameters[name];
      return [{ kind, name, default: content === undefined ? null : save(name, content), encoding }];
    }
    const { schema, required = false, env = null, choices } = field.options;
    const common = { kind, name, isRequired: required, env };
    const ofChoices = choices === undefined ? null : saveArtifact(blobs, name, choices);
    if (schema !== undefined) return [{ ...common, default: null, choices: ofChoices, isInCode: true }];
    const isUsed = field.initial !== undefined && !plan.given.has(name);
    const isStored = isUsed && isStorable(() => save(name, field.initial));
    return [
      {
        ...common,
        default: isStored ? (defaults.get(name)?.ref ?? null) : null,
        choices: ofChoices,
        isInCode: !isStored && field.initial !== undefined,
      },
    ];
  });
}

/** The fields that were defined so, as far as their definitions say it; null for one that only the code knows. */
export function fieldOf(blobs: Blobs, definition: ParameterDefinition): FlowField | null {
  const { name } = definition;
  const load = (ref: ArtifactRef | null) => (ref === null ? undefined : loadArtifact(blobs, name, ref));
  if (definition.kind === "includeFile") {
    const encoding = definition.encoding as BufferEncoding | null;
    return { kind: "includeFile", name, options: { encoding } as Included["options"], initial: undefined };
  }
  if (definition.isInCode) return null;
  const { env, isRequired, choices } = definition;
  const options = {
    required: isRequired,
    ...(env === null ? {} : { env }),
    ...(choices === null ? {} : { choices: load(choices) as (string | number | boolean)[] }),
  };
  return { kind: "parameter", name, options, initial: load(definition.default) };
}

type Included = Extract<FlowField, { kind: "includeFile" }>;

function isStorable(save: () => unknown): boolean {
  try {
    save();
    return true;
  } catch (error) {
    if (hasCode(error, "MILLRACE_UNSTORABLE")) return false;
    throw error;
  }
}
