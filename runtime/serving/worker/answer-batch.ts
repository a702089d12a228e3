import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { AnyFunction } from "../../../sdk/base/metadata.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { hasCode } from "../../../sdk/base/millrace-error.ts";
import type { LookedUpFeatures } from "../../datastore/request-columns.ts";
import { arrowOf } from "../columns/arrow-of.ts";
import { loadArrow } from "../columns/load-arrow.ts";
import { rowsOfArrow } from "../columns/rows-of-arrow.ts";
import type { Prediction } from "../model/predictions-of.ts";
import { answerSchema, rowSchema } from "../model/row-schema.ts";
import { type CheckedRow, checkedRow, type RowIssue } from "./checked-row.ts";
import { foundFor, lookedUp, lookupIssues } from "./looked-up.ts";

/** The answer to one request, as it is sent. */
export interface RequestAnswer {
  readonly status: number;
  readonly rows: number;
  /** JSON, or a stream of Arrow. */
  readonly body: string | Uint8Array;
  /** What was looked up for its rows. */
  readonly features?: LookedUpFeatures;
}

const MAX_ARROW_ROWS = 1_000_000;

/** What one request sent: JSON, a row or an array of rows; or a stream of Arrow. */
export type BatchRequest = ({ readonly text: string } | { readonly bytes: Uint8Array }) & {
  /** Its answer is Arrow as well. @defaultValue false */
  readonly isArrowAnswer?: boolean;
};

export interface AnsweredBatch {
  readonly answers: readonly RequestAnswer[];
  /** Why answers are 500. */
  readonly faults: readonly string[];
}

/** Rows of one request that fit, or its answer where they do not. */
type Asked =
  | { readonly rows: readonly unknown[]; readonly isArray: boolean; readonly request: BatchRequest }
  | { readonly answer: RequestAnswer; readonly fault?: string };

export interface BatchCall {
  readonly service: object;
  readonly prediction: Prediction;
}

/**
 * Answers requests with one call of the service's method. Where that fails, each request is asked alone, so that only
 * those that the method cannot answer fail.
 *
 * @param options - `isRow`: an array is a row as well
 */
export async function answerBatch(
  call: BatchCall,
  requests: readonly BatchRequest[],
  { isRow = false }: { readonly isRow?: boolean } = {},
): Promise<AnsweredBatch> {
  const asked: Asked[] = [];
  const faults: string[] = [];
  for (const request of requests) {
    const one = await readRequest(call, { request, isRow });
    asked.push(one);
    if ("fault" in one) noteOnce(faults, one.fault);
  }
  const valid = asked.filter((one) => "rows" in one);
  let answers = await tryAnswers(call, valid);
  if (!Array.isArray(answers) && valid.length > 1) {
    answers = [];
    for (const { request } of valid) {
      // The method has had the rows, and may have changed them: they are read again.
      const one = await readRequest(call, { request, isRow });
      if ("answer" in one) {
        answers.push(one.answer);
        continue;
      }
      const alone = await tryAnswers(call, [one]);
      answers.push(Array.isArray(alone) ? (alone[0] ?? LOST) : failed(one, alone, faults));
    }
  } else if (!Array.isArray(answers)) answers = valid.map((one) => failed(one, answers as Fault, faults));
  const next = answers.values();
  return { faults, answers: asked.map((one) => ("answer" in one ? one.answer : (next.next().value ?? LOST))) };
}

const LOST: RequestAnswer = { status: 500, rows: 0, body: errorBody("the service gave no answer") };
const FAILED = errorBody("the service failed; its log says why");

interface Fault {
  readonly fault: string;
}

type ValidRows = Extract<Asked, { readonly rows: readonly unknown[] }>;

interface GivenRequest {
  readonly request: BatchRequest;
  readonly isRow: boolean;
}

async function readRequest(call: BatchCall, given: GivenRequest): Promise<Asked> {
  try {
    return await rowsOf(call, given);
  } catch (error) {
    const { service, prediction } = call;
    const fault = `the input schema of ${service.constructor.name}.${prediction.name} threw ${thrownText(error)}`;
    return { answer: { status: 500, rows: 0, body: FAILED }, fault };
  }
}

async function rowsOf({ prediction }: BatchCall, { request, isRow }: GivenRequest): Promise<Asked> {
  let given: unknown;
  try {
    // An answer that cannot be written is not computed.
    if (request.isArrowAnswer === true) await loadArrow();
    if ("text" in request) given = JSON.parse(request.text);
    else
      given = rowsOfArrow(await loadArrow(), {
        ...{ bytes: request.bytes, schema: rowSchema(prediction), maxRows: MAX_ARROW_ROWS },
      });
  } catch (error) {
    if (hasCode(error, "MILLRACE_SERVICE")) return refused(415, { error: messageOf(error) });
    return refused(400, {
      error: `the body is not ${"text" in request ? "JSON" : "an Arrow stream"}: ${messageOf(error)}`,
    });
  }
  const isArray = "bytes" in request || (!isRow && Array.isArray(given));
  const rows: unknown[] = [];
  const issues: RowIssue[] = [];
  const all = isArray ? (given as unknown[]) : [given];
  let omitted = 0;
  let looked = 0;
  for (const [index, row] of all.entries()) {
    if (issues.length >= MOST_ISSUES) break;
    looked += 1;
    let checked: CheckedRow | Promise<CheckedRow> = checkedRow(prediction.input, row);
    if (checked instanceof Promise) checked = await checked;
    const unfit = "value" in checked ? lookupIssues(prediction, checked.value) : checked.issues;
    if ("value" in checked && unfit.length === 0) {
      rows.push(checked.value);
      continue;
    }
    for (const { path, message } of unfit) {
      if (issues.length < MOST_ISSUES) issues.push({ path: isArray ? [index, ...path] : path, message });
      else omitted += 1;
    }
  }
  if (issues.length === 0) return { rows, isArray, request };
  const leftOut = { issues: omitted, rows: all.length - looked };
  return refused(422, leftOut.issues + leftOut.rows > 0 ? { issues, leftOut } : { issues });
}

/** What a client does wrong it mostly does in each row. */
const MOST_ISSUES = 100;

async function tryAnswers(call: BatchCall, asked: readonly ValidRows[]): Promise<RequestAnswer[] | Fault> {
  if (asked.length === 0) return [];
  try {
    return await answersOf(call, asked);
  } catch (error) {
    return { fault: faultText(call, error) };
  }
}

/** Of a request without rows there is nothing to ask. */
async function answersOf({ service, prediction }: BatchCall, asked: readonly ValidRows[]): Promise<RequestAnswer[]> {
  // The method may do with its array what it likes: what was asked is not read from it again.
  const checked = asked.flatMap((one) => one.rows);
  const found = await foundFor(prediction, checked);
  const rows = found === null ? checked : checked.map((row, at) => ({ ...(row as object), ...found.values[at] }));
  const count = rows.length;
  const method = (service as Record<string, AnyFunction | undefined>)[prediction.name] as
    ((rows: unknown[]) => unknown) | undefined;
  const given = count === 0 ? [] : await method?.call(service, rows);
  if (!Array.isArray(given))
    throw new WrongAnswer(`it gave ${kindOf(given)}, and an array with an answer for each row was wanted`);
  if (given.length !== count)
    throw new WrongAnswer(`it gave ${given.length} answers for ${count} rows, and one for each was wanted`);
  const values = await valuesOf(given, prediction.output);
  const arrow = asked.some(({ request }) => request.isArrowAnswer) ? await loadArrow() : null;
  let from = 0;
  return asked.map(({ rows: own, isArray, request }) => {
    const answers = values.slice(from, from + own.length);
    const first = from;
    from += own.length;
    const looked = found === null ? {} : { features: lookedUp(prediction, { rows: own, found, first }) };
    if (arrow !== null && request.isArrowAnswer === true)
      return {
        status: 200,
        rows: own.length,
        body: arrowOf(arrow, { answers, schema: answerSchema(prediction) }),
        ...looked,
      };
    const part = answers.map((value, index) => textOf(value, first + index));
    if (isArray) return { status: 200, rows: own.length, body: `[${part.join(",")}]`, ...looked };
    const [only] = part;
    if (only === undefined) throw new WrongAnswer("it gave no answer for a row");
    return { status: 200, rows: own.length, body: only, ...looked };
  });
}

async function valuesOf(given: readonly unknown[], output: StandardSchemaV1 | undefined): Promise<readonly unknown[]> {
  if (output === undefined) return given;
  const values: unknown[] = [];
  for (const [index, answer] of given.entries()) {
    let checked = checkedRow(output, answer);
    if (checked instanceof Promise) checked = await checked;
    if ("value" in checked) {
      values.push(checked.value);
      continue;
    }
    const [issue] = checked.issues;
    const place = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
    throw new WrongAnswer(`answer ${index} does not fit the output schema${place}: ${issue?.message ?? ""}`);
  }
  return values;
}

function textOf(value: unknown, index: number): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new WrongAnswer(`answer ${index} is ${kindOf(value)}, which JSON cannot say`);
  return text;
}

/** Of what the service gave, not of what it threw: there is no stack worth showing. */
class WrongAnswer extends Error {}

function faultText({ service, prediction }: BatchCall, error: unknown): string {
  const name = `${service.constructor.name}.${prediction.name}`;
  if (error instanceof WrongAnswer) return `${name} cannot answer: ${error.message}`;
  return `${name} threw ${thrownText(error)}`;
}

function thrownText(error: unknown): string {
  const stack = error instanceof Error ? error.stack : undefined;
  return stack === undefined ? messageOf(error) : ownFrames(stack);
}

/** Up to where Millrace called the service. */
function ownFrames(stack: string): string {
  const lines = stack.split("\n");
  const end = lines.findIndex((line) => line.includes(OWN_PROGRAM));
  return lines.slice(0, end < 1 ? undefined : end).join("\n");
}

const OWN_PROGRAM = "answering.cjs";

function failed({ rows }: ValidRows, { fault }: Fault, faults: string[]): RequestAnswer {
  noteOnce(faults, fault);
  return { status: 500, rows: rows.length, body: FAILED };
}

function noteOnce(faults: string[], fault: string | undefined): void {
  if (fault !== undefined && !faults.includes(fault)) faults.push(fault);
}

function refused(status: number, body: object): { readonly answer: RequestAnswer } {
  return { answer: { status, rows: 0, body: JSON.stringify(body) } };
}

function errorBody(error: string): string {
  return JSON.stringify({ error });
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object"
    ? `an object (${value.constructor?.name ?? "without a class"})`
    : `a ${typeof value}`;
}
