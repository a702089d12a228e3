import { isRecord } from "../../../sdk/base/is-record.ts";
import type { RegisterModelOptions } from "../../../sdk/base/model-facts.ts";
import type { DataSketch } from "../../datastore/kinds/data-sketch.ts";
import type { ModelDraft } from "../../datastore/kinds/model-version.ts";
import { type StoredNumber, storedNumber } from "../../datastore/last-values.ts";
import { didYouMean, modelError, shown } from "./model-error.ts";
import { checkModelName } from "./model-pointer.ts";
import { modelSchema } from "./model-schema.ts";
import { referenceSketch } from "./reference-sketch.ts";

/** What a registration says beside the artifact. */
export interface CheckedRegistration extends Pick<ModelDraft, "metrics" | "description" | "input" | "output"> {
  /** Of the data that the model was made from. */
  readonly reference: DataSketch | null;
}

const MAX_METRICS = 1000;
const MAX_NAME_CHARS = 200;
const MAX_DESCRIPTION_CHARS = 10_000;

/**
 * Judges what a version is registered with, before anything is written.
 * @param given - `names`: the options that there are
 * @throws MillraceError `MILLRACE_MODEL`
 */
export function checkRegistration(
  model: unknown,
  { options, names }: { readonly options: unknown; readonly names: readonly string[] },
): CheckedRegistration {
  checkModelName(model);
  if (!isRecord(options)) throw refused(model, `its options are not an object: ${shown(options)}`);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw modelError(`Cannot register ${model} because there is no option ${unknown}`, {
      hint: didYouMean(unknown, { among: names, otherwise: `options: ${names.join(", ")}` }),
    });
  const { metrics, description, input, output, reference } = options as Omit<RegisterModelOptions, "artifact">;
  return {
    metrics: checkedMetrics(model, metrics),
    description: checkedDescription(model, description),
    input: modelSchema(input, { model, what: "input" }),
    output: modelSchema(output, { model, what: "output" }),
    reference: referenceSketch(model, reference),
  };
}

function checkedMetrics(model: string, metrics: unknown): Record<string, StoredNumber> {
  if (metrics === undefined) return {};
  if (!isRecord(metrics)) throw refused(model, `its metrics are not numbers by name: ${shown(metrics)}`);
  const all = Object.entries(metrics);
  if (all.length > MAX_METRICS) throw refused(model, `it has ${all.length} metrics, more than ${MAX_METRICS}`);
  const stored = all.map(([name, value]): [string, StoredNumber] => {
    if (typeof value !== "number") throw refused(model, `its metric ${name} is not a number: ${shown(value)}`);
    if (name === "" || name.length > MAX_NAME_CHARS)
      throw refused(model, `the name of a metric has 1 to ${MAX_NAME_CHARS} characters: ${shown(name)}`);
    return [name, storedNumber(value)];
  });
  return Object.fromEntries(stored);
}

function checkedDescription(model: string, description: unknown): string | null {
  if (description === undefined || description === null) return null;
  if (typeof description !== "string") throw refused(model, `its description is not a string: ${shown(description)}`);
  if (description.length <= MAX_DESCRIPTION_CHARS) return description;
  throw refused(model, `its description has ${description.length} characters, more than ${MAX_DESCRIPTION_CHARS}`);
}

function refused(model: string, because: string): Error {
  return modelError(`Cannot register ${model} because ${because}`, {
    hint: 'for example registerModel("churn", { artifact: "model", metrics: { auc: 0.91 } })',
  });
}
