import { ARROW_TYPE } from "./arrow-asked.ts";
import type { Prediction } from "../model/predictions-of.ts";
import { answerSchema, type RowSchema, rowSchema } from "../model/row-schema.ts";
import { type ServedVersion, versionText } from "../pool/served-version.ts";

export interface OpenApiOptions {
  readonly title: string;
  readonly version: ServedVersion | null;
  readonly predictions: readonly Prediction[];
}

const JSON_TYPE = "application/json";

/** A stream of bytes, whose columns are the fields. */
const ARROW = { schema: { type: "string", format: "binary" } };
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
export function openApi({ title, version, predictions }: OpenApiOptions): RowSchema {
  return {
    openapi: "3.1.0",
    info: { title, version: version === null ? "0" : String(version.number) },
    paths: Object.fromEntries(predictions.map((one) => [`/${one.name}`, { post: operation(one, version) }])),
  };
}

function operation(prediction: Prediction, version: ServedVersion | null): RowSchema {
  const row = rowSchema(prediction);
  const answer = answerSchema(prediction);
  return {
    operationId: prediction.name,
    summary: `Answers a row, or each row of an array${version === null ? "" : `, with ${version.name}`}`,
    requestBody: { required: true, content: { [JSON_TYPE]: { schema: oneOrMany(row) }, [ARROW_TYPE]: ARROW } },
    responses: {
      200: {
        description: "The answer, or an array with one for each row",
        headers: responseHeaders(version),
        content: { [JSON_TYPE]: { schema: oneOrMany(answer) }, [ARROW_TYPE]: ARROW },
      },
      400: errorResponse("The body is not JSON, or not an Arrow stream where it says so"),
      413: errorResponse("The body is too large"),
      422: { description: "Rows do not fit", content: { [JSON_TYPE]: { schema: ISSUES } } },
      429: errorResponse("Too many requests wait; Retry-After says when to ask again"),
      500: errorResponse("The service failed"),
      503: errorResponse("The process that was to answer ended"),
      504: errorResponse("The deadline has passed"),
    },
  };
}

function oneOrMany(schema: RowSchema): RowSchema {
  return { anyOf: [schema, { type: "array", items: schema }] };
}

function responseHeaders(version: ServedVersion | null): RowSchema {
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

function errorResponse(description: string): RowSchema {
  return { description, content: { [JSON_TYPE]: { schema: ERROR } } };
}
