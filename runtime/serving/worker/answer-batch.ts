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
type Asked =
  | { readonly rows: readonly unknown[]; readonly isArray: boolean; readonly text: string }
  | { readonly answer: RequestAnswer; readonly fault?: string };

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
  const faults: string[] = [];
  for (const text of texts) {
    const one = await readRequest(call, { text, isRow });
    asked.push(one);
    if ("fault" in one) noteOnce(faults, one.fault);
  }
  const valid = asked.filter((one) => "rows" in one);
  let answers = await tryAnswers(call, valid);
  if (!Array.isArray(answers) && valid.length > 1) {
    answers = [];
    for (const { text } of valid) {
      // The method has had the rows, and may have changed them: they are read again.
      const one = await readRequest(call, { text, isRow });
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

interface RequestText {
  readonly text: string;
  readonly isRow: boolean;
}

async function readRequest(call: BatchCall, request: RequestText): Promise<Asked> {
  try {
    return await rowsOf(call, request);
  } catch (error) {
    const { service, prediction } = call;
    const fault = `the input schema of ${service.constructor.name}.${prediction.name} threw ${thrownText(error)}`;
    return { answer: { status: 500, rows: 0, body: FAILED }, fault };
  }
}

async function rowsOf({ prediction }: BatchCall, { text, isRow }: RequestText): Promise<Asked> {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    return refused(400, { error: `the body is not JSON: ${messageOf(error)}` });
  }
  const isArray = !isRow && Array.isArray(given);
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
    if ("value" in checked) {
      rows.push(checked.value);
      continue;
    }
    for (const { path, message } of checked.issues) {
      if (issues.length < MOST_ISSUES) issues.push({ path: isArray ? [index, ...path] : path, message });
      else omitted += 1;
    }
  }
  if (issues.length === 0) return { rows, isArray, text };
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
  const rows = asked.flatMap((one) => one.rows);
  const count = rows.length;
  const method = (service as Record<string, AnyFunction | undefined>)[prediction.name] as
    ((rows: unknown[]) => unknown) | undefined;
  const given = count === 0 ? [] : await method?.call(service, rows);
  if (!Array.isArray(given))
    throw new WrongAnswer(`it gave ${kindOf(given)}, and an array with an answer for each row was wanted`);
  if (given.length !== count)
    throw new WrongAnswer(`it gave ${given.length} answers for ${count} rows, and one for each was wanted`);
  const texts = await textsOf(given, prediction.output);
  let from = 0;
  return asked.map(({ rows: own, isArray }) => {
    const part = texts.slice(from, (from += own.length));
    if (isArray) return { status: 200, rows: own.length, body: `[${part.join(",")}]` };
    const [only] = part;
    if (only === undefined) throw new WrongAnswer("it gave no answer for a row");
    return { status: 200, rows: own.length, body: only };
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

const OWN_PROGRAM = "service-worker.js";

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
