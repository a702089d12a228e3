import type { StandardSchemaV1 } from "@standard-schema/spec";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { ParameterOptions } from "../../../sdk/parameter.ts";
import { exactJson, numberProblem } from "./exact-json.ts";
import { elementOf, isList, isWritable, kindOf, likeDefault, MISMATCH } from "./like-default.ts";
import { valueText } from "./value-text.ts";

export interface ParameterDeclaration {
  readonly name: string;
  readonly options: Pick<ParameterOptions, "schema" | "choices">;
  /** Value of the initializer: says the type where there is no schema. */
  readonly initial: unknown;
}

/** Where a text came from, for messages: `--factors`, `MILLRACE_PARAM_FACTORS`. */
export interface ParameterText {
  readonly texts: readonly string[];
  readonly source: string;
}

/** What type a text is read as. */
export type ParameterType = "number" | "bigint" | "boolean" | "string" | "array" | "json";

export function parameterType({ initial, options }: ParameterDeclaration): ParameterType {
  if (isList(initial) && (Array.isArray(initial) || options.schema === undefined)) return "array";
  if (typeof initial === "number" || typeof initial === "bigint" || typeof initial === "boolean")
    return typeof initial as "number";
  if (typeof initial === "object" && initial !== null) return "json";
  if (typeof initial === "string" || initial === undefined || initial === null) {
    return options.schema !== undefined && initial === undefined ? "json" : "string";
  }
  return "string";
}

/**
 * Reads a parameter's text as its type.
 * @throws MillraceError that names the flag, the text seen and the type wanted
 */
export function readParameter(declaration: ParameterDeclaration, given: ParameterText): unknown {
  const { initial, options } = declaration;
  if (options.schema === undefined && !isWritable(initial)) throw needsSchema(declaration, given);
  const type = parameterType(declaration);
  const text = given.texts.at(-1) ?? "";
  const value = type === "array" ? readList(declaration, given) : readText(text, type, declaration);
  if (value === MISMATCH) throw wrongType({ declaration, given, text: given.texts.join(",") });
  return value;
}

function readText(text: string, type: ParameterType, declaration: ParameterDeclaration): unknown {
  switch (type) {
    case "number":
      return readNumber(text.trim().replace(/(?<=\d)_(?=\d)/g, ""), declaration);
    case "bigint":
      return likeDefault(text.trim(), 0n);
    case "boolean":
      return /^(true|yes|on|1)$/i.test(text) ? true : /^(false|no|off|0)$/i.test(text) ? false : MISMATCH;
    case "json":
      return readJson(text, declaration);
    default:
      return text;
  }
}

function readNumber(text: string, { name, initial }: ParameterDeclaration): unknown {
  const number = Number(text);
  if (text === "" || Number.isNaN(number)) return MISMATCH;
  // Where infinity is the default it may be given as well.
  if (/^[+-]?Infinity$/.test(text) && !Number.isFinite(initial)) return number;
  const problem = numberProblem(text);
  if (problem !== null) throw notExact(name, problem);
  return number;
}

/** With a schema, a bare word is a text that the schema may take; dates and patterns need no quotes. */
function readJson(text: string, { name, options, initial }: ParameterDeclaration): unknown {
  const parsed = exactJson(text);
  if ("problem" in parsed && parsed.isInexact) throw notExact(name, parsed.problem);
  const value = "value" in parsed ? parsed.value : text;
  if (options.schema !== undefined) return value;
  const isBare = initial instanceof Date || initial instanceof RegExp;
  if ("problem" in parsed && !isBare) return MISMATCH;
  return likeDefault(isBare && typeof value !== "string" ? text : value, initial);
}

/** `--x a --x b`, `--x a,b` or `--x '["a", "b"]'`; the elements are of the default's element type. */
function readList(declaration: ParameterDeclaration, given: ParameterText): unknown {
  const { name, initial } = declaration;
  const [only = ""] = given.texts;
  const parsed = given.texts.length === 1 && only.trim().startsWith("[") ? exactJson(only) : null;
  if (parsed !== null && "value" in parsed) return likeDefault(parsed.value, initial);
  if (parsed?.isInexact === true) throw notExact(name, parsed.problem);
  const texts = given.texts.flatMap((text) => (text === "" ? [] : text.split(",")));
  const element: ParameterDeclaration = { ...declaration, options: {}, initial: elementOf(initial) };
  const type = element.initial === undefined ? "string" : parameterType(element);
  const items = texts.map((text) => readText(text.trim(), type, element));
  if (items.includes(MISMATCH)) return MISMATCH;
  return Array.isArray(initial) ? items : likeDefault(asJson(items), initial);
}

/** Elements as JSON would have them: `likeDefault` makes what they stand for. */
function asJson(items: readonly unknown[]): unknown[] {
  return items.map((item) => {
    if (typeof item === "bigint") return String(item);
    return item instanceof Date ? item.toISOString() : item;
  });
}

/** Applies schema and choices, to defaults as well as to given values. */
export async function checkParameter(declaration: ParameterDeclaration, value: unknown): Promise<unknown> {
  const { name, options } = declaration;
  const checked = options.schema === undefined ? value : await validated(options.schema, { name, value });
  const { choices } = options;
  if (choices === undefined || choices.some((choice) => Object.is(choice, checked))) return checked;
  throw new MillraceError({
    code: "MILLRACE_PARAMETER",
    headline: `Cannot use parameter ${name} because its value is not among the choices: ${valueText(checked)}`,
    hint: `choose one of ${choices.map((choice) => valueText(choice)).join(", ")}`,
  });
}

/** Runs any Standard Schema. */
export async function validated(schema: StandardSchemaV1, field: { name: string; value: unknown }): Promise<unknown> {
  const result = await schema["~standard"].validate(field.value);
  if (result.issues === undefined) return result.value;
  throw new MillraceError({
    code: "MILLRACE_PARAMETER",
    headline: `Cannot use ${field.name} because its schema refuses the value: ${valueText(field.value)}`,
    details: result.issues.map((issue) => {
      const path = issue.path?.map((part) => String(typeof part === "object" ? part.key : part)).join(".");
      return path === undefined || path === "" ? issue.message : `${path}: ${issue.message}`;
    }),
    hint: `give a value that fits the schema of ${field.name}`,
  });
}

function wrongType(found: { declaration: ParameterDeclaration; given: ParameterText; text: string }): MillraceError {
  const { name, initial } = found.declaration;
  return new MillraceError({
    code: "MILLRACE_PARAMETER",
    headline: `Cannot read ${found.given.source} because parameter ${name} takes ${wantedText(initial)}: ${valueText(found.text)}`,
    hint: `its default is ${valueText(initial)}`,
  });
}

function wantedText(initial: unknown): string {
  const kind = kindOf(initial);
  if (isList(initial)) {
    const element = elementOf(initial);
    return element === undefined ? kind : `${kind}, each element ${kindOf(element)}`;
  }
  if (initial instanceof Date) return `${kind}, as 2025-06-01 or 2025-06-01T08:30:00Z`;
  if (initial instanceof RegExp) return `${kind}, as /pattern/flags`;
  return kind === "an object" || kind === "a Map" ? `JSON of ${kind}` : kind;
}

function notExact(name: string, problem: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_PARAMETER",
    headline: `Cannot use parameter ${name} because the number cannot be represented exactly: ${problem}`,
    hint: problem.includes("Infinity")
      ? "give a finite number, or make Infinity the default of a parameter that may have none"
      : "write a default such as 1n for whole numbers of any size, or a string",
  });
}

function needsSchema({ name, initial }: ParameterDeclaration, given: ParameterText): MillraceError {
  return new MillraceError({
    code: "MILLRACE_PARAMETER",
    headline: `Cannot read ${given.source} because a string cannot say how to make ${kindOf(initial)}: ${valueText(given.texts.at(-1))}`,
    hint: `give ${name} a schema that makes one: @parameter({ schema })`,
  });
}
