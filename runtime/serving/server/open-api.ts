import { schemaFacts } from "../../catalog/models/model-schema.ts";
import type { Prediction } from "../model/predictions-of.ts";
import { type ServedVersion, versionText } from "../pool/served-version.ts";

export interface OpenApiOptions {
  readonly title: string;
  readonly version: ServedVersion | null;
  readonly predictions: readonly Prediction[];
}

type JsonSchema = Readonly<Record<string, unknown>>;

const JSON_TYPE = "application/json";

const ERROR = { type: "object", properties: { error: { type: "string" } }, required: ["error"] };
const ISSUES = {
  type: "object",
  properties: {
    issues: {
      type: "array",
      items: {
        type: "object",
        properties: {
          path: { type: "array", items: { anyOf: [{ type: "string" }, { type: "integer" }] } },
          message: { type: "string" },
        },
        required: ["path", "message"],
      },
    },
    leftOut: {
      type: "object",
      description: "Where there are more than a hundred issues: those that are left out, and the rows not looked at",
      properties: { issues: { type: "integer" }, rows: { type: "integer" } },
      required: ["issues", "rows"],
    },
  },
  required: ["issues"],
};

/** The service as OpenAPI 3.1 says it. A schema that cannot say itself as JSON Schema stands there as one that takes anything. */
export function openApi({ title, version, predictions }: OpenApiOptions): JsonSchema {
  return {
    openapi: "3.1.0",
    info: { title, version: version === null ? "0" : String(version.number) },
    paths: Object.fromEntries(predictions.map((one) => [`/${one.name}`, { post: operation(one, version) }])),
  };
}

function operation(prediction: Prediction, version: ServedVersion | null): JsonSchema {
  const row = rowSchema(prediction);
  const answer = answerSchema(prediction);
  return {
    operationId: prediction.name,
    summary: `Answers a row, or each row of an array${version === null ? "" : `, with ${version.name}`}`,
    requestBody: { required: true, content: { [JSON_TYPE]: { schema: oneOrMany(row) } } },
    responses: {
      200: {
        description: "The answer, or an array with one for each row",
        headers: responseHeaders(version),
        content: { [JSON_TYPE]: { schema: oneOrMany(answer) } },
      },
      400: errorResponse("The body is not JSON"),
      413: errorResponse("The body is too large"),
      422: { description: "Rows do not fit", content: { [JSON_TYPE]: { schema: ISSUES } } },
      429: errorResponse("Too many requests wait; Retry-After says when to ask again"),
      500: errorResponse("The service failed"),
      503: errorResponse("The process that was to answer ended"),
      504: errorResponse("The deadline has passed"),
    },
  };
}

/** Of a row; `{}` takes anything. */
export function rowSchema({ input }: Prediction): JsonSchema {
  return plain(schemaFacts(input, "input")?.json);
}

/** Of what answers a row: the schema's output, as the answer went through it. */
export function answerSchema({ output }: Prediction): JsonSchema {
  return plain(output === undefined ? null : schemaFacts(output, "output")?.json);
}

/** In OpenAPI 3.1 the dialect is that of the whole document. */
function plain(json: JsonSchema | null | undefined): JsonSchema {
  return Object.fromEntries(Object.entries(json ?? {}).filter(([name]) => name !== "$schema"));
}

function oneOrMany(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: "array", items: schema }] };
}

function responseHeaders(version: ServedVersion | null): JsonSchema {
  const text = (description: string) => ({ description, schema: { type: "string" } });
  return {
    "x-request-id": text("The request's own, or a new one"),
    ...(version === null
      ? {}
      : {
          "x-model": text(`The version that answered, such as ${versionText(version)}`),
          "x-model-hash": text("SHA-256 of its artifact"),
        }),
  };
}

function errorResponse(description: string): JsonSchema {
  return { description, content: { [JSON_TYPE]: { schema: ERROR } } };
}
