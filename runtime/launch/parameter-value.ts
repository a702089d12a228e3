import type { StandardSchemaV1 } from "@standard-schema/spec";
import { MillraceError } from "../../sdk/errors.ts";
import type { ParameterOptions } from "../../sdk/parameter.ts";
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
  if (Array.isArray(initial)) return "array";
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
  const type = parameterType(declaration);
  if (type === "array") return readArray(declaration, given);
  const text = given.texts.at(-1) ?? "";
  const value = readText(text, type, declaration);
  if (value === undefined) throw wrongType({ declaration, given, text, wanted: type });
  return value;
}

function readText(text: string, type: ParameterType, declaration: ParameterDeclaration): unknown {
  switch (type) {
    case "number": {
      const number = Number(text.trim().replace(/(?<=\d)_(?=\d)/g, ""));
      return text.trim() === "" || Number.isNaN(number) ? undefined : number;
    }
    case "bigint":
      return /^-?\d+n?$/.test(text.trim()) ? BigInt(text.trim().replace(/n$/, "")) : undefined;
    case "boolean":
      return /^(true|yes|on|1)$/i.test(text) ? true : /^(false|no|off|0)$/i.test(text) ? false : undefined;
    case "json":
      // With a schema, a bare word is a text that the schema may take.
      return jsonOr(text, declaration.options.schema === undefined ? undefined : text);
    default:
      return text;
  }
}

function jsonOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return otherwise;
  }
}

/** `--x a --x b`, `--x a,b` or `--x '["a", "b"]'`; the elements are of the default's element type. */
function readArray(declaration: ParameterDeclaration, given: ParameterText): unknown[] {
  const [only = ""] = given.texts;
  const json = given.texts.length === 1 && only.trim().startsWith("[") ? jsonOr(only, undefined) : undefined;
  const isJson = Array.isArray(json);
  const texts = isJson ? [] : given.texts.flatMap((text) => (text === "" ? [] : text.split(",")));
  const element: ParameterDeclaration = { ...declaration, initial: (declaration.initial as unknown[])[0] };
  const type = element.initial === undefined ? "string" : parameterType(element);
  if (isJson) return checkedElements(json, { declaration, given, type: element.initial === undefined ? null : type });
  return texts.map((text) => {
    const value = readText(text.trim(), type, element);
    if (value === undefined) throw wrongType({ declaration, given, text, wanted: type });
    return value;
  });
}

function checkedElements(
  items: unknown[],
  of: { declaration: ParameterDeclaration; given: ParameterText; type: ParameterType | null },
): unknown[] {
  const { declaration, given, type } = of;
  const isPlain = type === "number" || type === "string" || type === "boolean";
  const wrong = isPlain ? items.find((item) => typeof item !== type) : undefined;
  if (wrong !== undefined && type !== null)
    throw wrongType({ declaration, given, text: JSON.stringify(wrong), wanted: type });
  return items;
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

function wrongType(found: {
  declaration: ParameterDeclaration;
  given: ParameterText;
  text: string;
  wanted: ParameterType;
}): MillraceError {
  const wanted = found.wanted === "json" ? "JSON" : `a ${found.wanted}`;
  return new MillraceError({
    code: "MILLRACE_PARAMETER",
    headline: `Cannot read ${found.given.source} because parameter ${found.declaration.name} takes ${wanted}: ${valueText(found.text)}`,
    hint: `its default is ${valueText(found.declaration.initial)}`,
  });
}
