import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { AnyFunction } from "../../../sdk/base/metadata.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import type { Prediction } from "../model/predictions-of.ts";
import { type CheckedRow, checkedRow, type RowIssue } from "./checked-row.ts";

/** The answer to one request, as it is sent. */
export interface RequestAnswer {
  readonly status: number;
  readonly rows: number;
  readonly body: string;
}

export interface AnsweredBatch {
  readonly answers: readonly RequestAnswer[];
  /** Why answers are 500. */
  readonly faults: readonly string[];
}

/** Rows of one request that fit, or its answer where they do not. */
type Asked = { readonly rows: readonly unknown[]; readonly isArray: boolean } | { readonly answer: RequestAnswer };

export interface BatchCall {
  readonly service: object;
  readonly prediction: Prediction;
}

/**
 * Answers requests with one call of the service's method. Where that fails, each request is asked alone, so that only
 * those that the method cannot answer fail.
 *
 * @param texts - the requests: each a row as JSON, or an array of rows
 * @param options - `isRow`: an array is a row as well
 */
export async function answerBatch(
  call: BatchCall,
  texts: readonly string[],
  { isRow = false }: { readonly isRow?: boolean } = {},
): Promise<AnsweredBatch> {
  const asked: Asked[] = [];
  for (const text of texts) asked.push(await readRequest(call, { text, isRow }));
  const valid = asked.filter((one) => "rows" in one);
  const faults: string[] = [];
  let answers = await tryAnswers(call, valid);
  if (!Array.isArray(answers) && valid.length > 1) {
    answers = [];
    for (const one of valid) {
      const alone = await tryAnswers(call, [one]);
      answers.push(Array.isArray(alone) ? (alone[0] ?? LOST) : failed(one, alone, faults));
    }
  } else if (!Array.isArray(answers)) answers = valid.map((one) => failed(one, answers as Fault, faults));
  const next = answers.values();
  return { faults, answers: asked.map((one) => ("answer" in one ? one.answer : (next.next().value ?? LOST))) };
}

const LOST: RequestAnswer = { status: 500, rows: 0, body: errorBody("the service gave no answer") };

interface Fault {
  readonly fault: string;
}

type ValidRows = Extract<Asked, { readonly rows: readonly unknown[] }>;

async function readRequest(
  { prediction }: BatchCall,
  { text, isRow }: { readonly text: string; readonly isRow: boolean },
): Promise<Asked> {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    return refused(400, { error: `the body is not JSON: ${messageOf(error)}` });
  }
  const isArray = !isRow && Array.isArray(given);
  const rows: unknown[] = [];
  const issues: RowIssue[] = [];
  for (const [index, row] of (isArray ? (given as unknown[]) : [given]).entries()) {
    let checked: CheckedRow | Promise<CheckedRow>;
    try {
      checked = checkedRow(prediction.input, row);
      if (checked instanceof Promise) checked = await checked;
    } catch (error) {
      return refused(500, { error: `the schema of the rows failed: ${messageOf(error)}` });
    }
    if ("value" in checked) rows.push(checked.value);
    else
      for (const { path, message } of checked.issues) issues.push({ path: isArray ? [index, ...path] : path, message });
  }
  return issues.length > 0 ? refused(422, { issues }) : { rows, isArray };
}

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
  const rows = asked.flatMap((one) => one.rows);
  const method = (service as Record<string, AnyFunction | undefined>)[prediction.name] as
    ((rows: unknown[]) => unknown) | undefined;
  const given = rows.length === 0 ? [] : await method?.call(service, rows);
  if (!Array.isArray(given))
    throw new WrongAnswer(`it gave ${kindOf(given)}, and an array with an answer for each row was wanted`);
  if (given.length !== rows.length)
    throw new WrongAnswer(`it gave ${given.length} answers for ${rows.length} rows, and one for each was wanted`);
  const texts = await textsOf(given, prediction.output);
  let from = 0;
  return asked.map(({ rows: own, isArray }) => {
    const part = texts.slice(from, (from += own.length));
    return { status: 200, rows: own.length, body: isArray ? `[${part.join(",")}]` : (part[0] ?? "") };
  });
}

async function textsOf(given: readonly unknown[], output: StandardSchemaV1 | undefined): Promise<string[]> {
  const texts: string[] = [];
  for (const [index, answer] of given.entries()) {
    let value = answer;
    if (output !== undefined) {
      let checked = checkedRow(output, answer);
      if (checked instanceof Promise) checked = await checked;
      if ("issues" in checked) {
        const [issue] = checked.issues;
        const place = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
        throw new WrongAnswer(`answer ${index} does not fit the output schema${place}: ${issue?.message ?? ""}`);
      }
      value = checked.value;
    }
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) throw new WrongAnswer(`answer ${index} is ${kindOf(value)}, which JSON cannot say`);
    texts.push(text);
  }
  return texts;
}

/** Of what the service gave, not of what it threw: there is no stack worth showing. */
class WrongAnswer extends Error {}

function faultText({ service, prediction }: BatchCall, error: unknown): string {
  const name = `${service.constructor.name}.${prediction.name}`;
  if (error instanceof WrongAnswer) return `${name} cannot answer: ${error.message}`;
  const stack = error instanceof Error ? error.stack : undefined;
  return `${name} threw ${stack === undefined ? messageOf(error) : ownFrames(stack)}`;
}

/** Up to where Millrace called the service. */
function ownFrames(stack: string): string {
  const lines = stack.split("\n");
  const end = lines.findIndex((line) => line.includes(OWN_PROGRAM));
  return lines.slice(0, end < 1 ? undefined : end).join("\n");
}

const OWN_PROGRAM = "service-worker.js";

function failed({ rows }: ValidRows, { fault }: Fault, faults: string[]): RequestAnswer {
  if (!faults.includes(fault)) faults.push(fault);
  return { status: 500, rows: rows.length, body: errorBody("the service failed; its log says why") };
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
