import { schemaFacts } from "../../catalog/models/model-schema.ts";
import type { Prediction } from "./predictions-of.ts";

/** A JSON Schema of a row or an answer. */
export type RowSchema = Readonly<Record<string, unknown>>;

/** Of a row; `{}` takes anything. */
export function rowSchema({ input }: Prediction): RowSchema {
  return plain(schemaFacts(input, "input")?.json);
}

/** Of what answers a row: the schema's output, as the answer went through it. */
export function answerSchema({ output }: Prediction): RowSchema {
  return plain(output === undefined ? null : schemaFacts(output, "output")?.json);
}

/** In OpenAPI 3.1 the dialect is that of the whole document. */
function plain(json: RowSchema | null | undefined): RowSchema {
  return Object.fromEntries(Object.entries(json ?? {}).filter(([name]) => name !== "$schema"));
}
