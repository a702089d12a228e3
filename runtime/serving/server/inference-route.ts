import { isRecord } from "../../../sdk/base/is-record.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import type { Prediction } from "../model/predictions-of.ts";
import type { ServedVersion } from "../pool/served-version.ts";
import type { ServedAnswer } from "../queue/waiting-request.ts";
import { answerSchema, rowSchema } from "../model/row-schema.ts";
import { jsonReply, type Reply } from "./reply.ts";
import { rowsOfTensors, tensorsOf, tensorsOfSchema } from "./tensor.ts";

/** What the Open Inference Protocol is asked about. */
export interface InferenceSubject {
  /** Name of the model; of the service where it has none. */
  readonly name: string;
  readonly version: ServedVersion | null;
  readonly predictions: readonly Prediction[];
  readonly isReady: boolean;
  /** Of Millrace. */
  readonly server: string;
}

/** What a path below `/v2` means. */
export type InferenceRoute =
  | { readonly kind: "reply"; readonly method: "GET"; readonly reply: Reply }
  /** `version`: the only one that may answer; null where any may. */
  | { readonly kind: "infer"; readonly method: "POST"; readonly version: string | null };

/** Null for a path that the protocol does not have, or that names another model or version. */
export function inferenceRoute(path: string, subject: InferenceSubject): InferenceRoute | null {
  const { name, version, isReady } = subject;
  const get = (reply: Reply): InferenceRoute => ({ kind: "reply", method: "GET", reply });
  switch (path) {
    case "/v2":
      return get(jsonReply(200, { name: "millrace", version: subject.server, extensions: [] }));
    case "/v2/health/live":
      return get(jsonReply(200, { live: true }));
    case "/v2/health/ready":
      return get(jsonReply(isReady ? 200 : 503, { ready: isReady }));
  }
  const [, model, number, rest = ""] =
    /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(\/ready|\/infer)?$/.exec(path) ?? [];
  if (model !== name || (number !== undefined && number !== numberText(version))) return null;
  if (rest === "/infer") return { kind: "infer", method: "POST", version: number ?? null };
  if (rest === "/ready") return get(jsonReply(isReady ? 200 : 503, { name, ready: isReady }));
  return get(jsonReply(200, metadata(subject)));
}

/** The number of a version as a path has it. */
export function numberText(version: ServedVersion | null): string {
  return String(version?.number ?? 1);
}

function metadata({ name, version, predictions }: InferenceSubject) {
  const [prediction] = predictions;
  const tensors = (schema: Readonly<Record<string, unknown>>, of: string) => tensorsOfSchema(schema, of);
  return {
    name,
    versions: [numberText(version)],
    platform: "millrace",
    inputs: prediction === undefined ? [] : tensors(rowSchema(prediction), "input"),
    outputs: prediction === undefined ? [] : tensors(answerSchema(prediction), "output"),
  };
}

/** A request of the protocol as one of ours, or the answer where it cannot be that. */
export interface InferenceRequest {
  readonly prediction: Prediction;
  /** The rows, as JSON. */
  readonly body: Buffer;
  readonly rows: number;
  /** The request's own. */
  readonly id: string | null;
}

/** Reads tensors as rows. A parameter `method` names one of several methods; else the first is meant. */
export function inferenceRequest(
  bytes: Buffer,
  { predictions }: InferenceSubject,
): InferenceRequest | { readonly reply: Reply } {
  const refused = (status: number, error: string) => ({ reply: jsonReply(status, { error }) });
  let given: unknown;
  try {
    given = JSON.parse(bytes.toString());
  } catch (error) {
    return refused(400, `the body is not JSON: ${messageOf(error)}`);
  }
  if (!isRecord(given)) return refused(400, "the body is not an object with inputs");
  const { inputs, parameters, id } = given;
  const method = isRecord(parameters) ? parameters["method"] : undefined;
  const prediction = method === undefined ? predictions[0] : predictions.find(({ name }) => name === method);
  if (prediction === undefined)
    return refused(
      404,
      `there is no method ${String(method)}; there is ${predictions.map(({ name }) => name).join(", ")}`,
    );
  const { type = "object" } = rowSchema(prediction);
  const read = rowsOfTensors(inputs, { isField: type === "object" });
  if ("fault" in read) return refused(400, read.fault);
  const body = Buffer.from(JSON.stringify(read.rows));
  return { prediction, body, rows: read.rows.length, id: typeof id === "string" ? id : null };
}

/** Our answer as the protocol's. */
export function inferenceReply(
  answer: ServedAnswer,
  { name, id, prediction }: { readonly name: string; readonly id: string; readonly prediction: Prediction },
): Reply {
  const value = JSON.parse(answer.body.toString()) as unknown;
  if (answer.status === 200)
    return jsonReply(200, {
      model_name: name,
      model_version: numberText(answer.version),
      id,
      outputs: tensorsOf(value as readonly unknown[], answerSchema(prediction)),
    });
  const issues = isRecord(value) ? value["issues"] : undefined;
  if (!Array.isArray(issues)) return { status: answer.status, body: answer.body };
  const [first] = issues as { readonly path: readonly unknown[]; readonly message: string }[];
  const error = `rows do not fit the input schema: ${first?.path.join(".") ?? ""}: ${first?.message ?? ""}`;
  const leftOut = isRecord(value) ? value["leftOut"] : undefined;
  return jsonReply(answer.status, { error, issues, ...(leftOut === undefined ? {} : { leftOut }) });
}
