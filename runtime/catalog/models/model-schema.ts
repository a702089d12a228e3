import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { isRecord } from "../../../sdk/base/is-record.ts";
import type { ModelSchema } from "../../datastore/kinds/model-version.ts";
import { modelError, shown } from "./model-error.ts";

const TARGET = "draft-2020-12";
const MAX_CHARS = 256 * 1024;

/**
 * What a schema says of itself: JSON Schema where its library can, else only the library's name.
 * @throws MillraceError `MILLRACE_MODEL` for what is no Standard Schema
 */
export function modelSchema(
  schema: unknown,
  { model, what }: { readonly model: string; readonly what: "input" | "output" },
): ModelSchema | null {
  if (schema === undefined || schema === null) return null;
  const facts = schemaFacts(schema, what);
  if (facts === null)
    throw modelError(`Cannot register ${model} because its ${what} is not a Standard Schema: ${shown(schema)}`, {
      hint: "pass a schema of zod, valibot, arktype or another library that follows standardschema.dev",
    });
  return facts;
}

/** The same without a model; null for what is no Standard Schema. */
export function schemaFacts(schema: unknown, what: "input" | "output"): ModelSchema | null {
  const standard = standardOf(schema);
  return standard === null ? null : { vendor: standard.vendor, json: jsonOf(standard, what) };
}

type Standard = StandardSchemaV1.Props & { readonly jsonSchema?: StandardJSONSchemaV1.Converter };

/** A schema may be a function, as arktype's are. */
function standardOf(schema: unknown): Standard | null {
  if ((typeof schema !== "object" && typeof schema !== "function") || schema === null) return null;
  const { "~standard": standard } = schema as Partial<Record<"~standard", unknown>>;
  return isRecord(standard) && typeof standard["vendor"] === "string" ? (standard as unknown as Standard) : null;
}

/** A schema with a part that JSON Schema lacks, such as a function, cannot be written; it is registered without. */
function jsonOf({ jsonSchema }: Standard, what: "input" | "output"): ModelSchema["json"] {
  if (jsonSchema === undefined) return null;
  try {
    const text = JSON.stringify(jsonSchema[what]({ target: TARGET }));
    if (text.length > MAX_CHARS) return null;
    const json: unknown = JSON.parse(text);
    return isRecord(json) ? json : null;
  } catch {
    return null;
  }
}
