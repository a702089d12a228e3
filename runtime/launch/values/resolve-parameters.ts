import fs from "node:fs";
import path from "node:path";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { meansModel, pinModel } from "../../catalog/models/pin-model.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { flagName, type FlowField } from "./flow-fields.ts";
import { checkGivenValues } from "./check-given-values.ts";
import { checkParameter, type ParameterText, readParameter } from "./read-parameter.ts";
import { parameterVariable } from "./parameter-variable.ts";
import { userPath } from "../../settings/user-path.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";

/** What the user gave for one run: texts from the command line, or values from a program. */
export interface GivenFields {
  readonly texts: ReadonlyMap<string, ParameterText>;
  readonly values: Readonly<Record<string, unknown>>;
  /** Values of the origin run, for a resume. */
  readonly inherited: Readonly<Record<string, unknown>>;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly flowFile: string;
  readonly cwd: string;
  /** Required ones that may lack a value as yet: they get it when a run starts. */
  readonly late?: ReadonlySet<string> | undefined;
  /** Where models are that values mean; null for nowhere. */
  readonly store: Datastore | null;
}

/** The values of all parameters and included files of a run, in order of declaration. */
export async function resolveParameters(
  fields: readonly FlowField[],
  from: GivenFields,
): Promise<Record<string, unknown>> {
  const given = { ...from, values: checkGivenValues(fields, from.values) };
  const values: Record<string, unknown> = {};
  const problems: MillraceError[] = [];
  for (const field of fields) {
    if (field.kind === "config") continue;
    try {
      values[field.name] = field.kind === "includeFile" ? readIncluded(field, given) : await parameterOf(field, given);
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error;
      problems.push(error);
    }
  }
  if (problems.length > 0) throw together(problems);
  return values;
}

type ParameterField = Extract<FlowField, { kind: "parameter" }>;
type IncludedField = Extract<FlowField, { kind: "includeFile" }>;

/** What begins with `models:` is a version of a model, unless a schema makes something else of it. */
async function parameterOf(field: ParameterField, given: GivenFields): Promise<unknown> {
  const value = await givenOr(field, given);
  if (field.options.schema !== undefined || !meansModel(value)) return value;
  return pinModel(given.store, { parameter: field.name, value });
}

async function givenOr(field: ParameterField, given: GivenFields): Promise<unknown> {
  const { name, options } = field;
  // What a program gives outranks the environment, as a flag does.
  if (Object.hasOwn(given.values, name)) return checkParameter(field, given.values[name]);
  const text = textOf(field, given);
  if (text !== undefined) return checkParameter(field, readParameter(field, text));
  if (Object.hasOwn(given.inherited, name)) return given.inherited[name];
  if (given.late?.has(name) === true) return undefined;
  if (options.required === true) throw missing(field);
  return field.initial === undefined && options.schema === undefined ? undefined : checkParameter(field, field.initial);
}

function textOf({ name, options }: ParameterField, given: GivenFields): ParameterText | undefined {
  const flag = given.texts.get(name);
  if (flag !== undefined) return flag;
  const variable = parameterVariable({ name, options });
  const value = given.env[variable];
  return value === undefined ? undefined : { texts: [value], source: variable };
}

function readIncluded(field: IncludedField, given: GivenFields): unknown {
  const { name, initial } = field;
  const isGiven = given.texts.has(name) || Object.hasOwn(given.values, name);
  if (!isGiven && Object.hasOwn(given.inherited, name)) return given.inherited[name];
  const named = given.texts.get(name)?.texts.at(-1);
  const base = !isGiven ? path.dirname(given.flowFile) : given.cwd;
  const file = named ?? (Object.hasOwn(given.values, name) ? given.values[name] : initial);
  if (typeof file !== "string") throw noFile(name, file);
  const place = userPath(file, base);
  try {
    return contentOf(field, place);
  } catch (cause) {
    throw new MillraceError({
      code: "MILLRACE_MISSING_FILE",
      headline: `Cannot include the file of ${name} because it cannot be read: ${place}`,
      details: [messageOf(cause)],
      hint: `name another with --${flagName(name)}; a path in the code is relative to the flow's file`,
      cause,
    });
  }
}

function contentOf({ options }: IncludedField, place: string): string | Buffer {
  const bytes = fs.readFileSync(place);
  return options.encoding === null ? bytes : bytes.toString(options.encoding ?? "utf8");
}

function noFile(name: string, seen: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_MISSING_FILE",
    headline: `Cannot include a file as ${name} because no path is given: ${String(seen)}`,
    hint: `give it a default, @includeFile() ${name} = "path", or pass --${flagName(name)}`,
  });
}

function missing(field: ParameterField): MillraceError {
  return new MillraceError({
    code: "MILLRACE_PARAMETER",
    headline: `Cannot start because parameter ${field.name} is required and has no value`,
    hint: `pass --${flagName(field.name)} or set ${parameterVariable(field)}`,
  });
}

function together(problems: readonly MillraceError[]): MillraceError {
  const [only] = problems;
  if (problems.length === 1 && only !== undefined) return only;
  return new MillraceError({
    code: "MILLRACE_PARAMETER",
    headline: `Cannot start because ${problems.length} parameters have no usable value`,
    details: problems.flatMap((problem) => problem.message.split("\n")),
    hint: "see --help of this command for the parameters",
  });
}
