import { inspect } from "node:util";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { nearest } from "../base/nearest.ts";
import type { OptionDefaults, OwnDecorator } from "../base/own-decorator.ts";
import { wrongOption } from "./decorator-definition.ts";

/**
 * The options of a decorator of the flow's own, checked and complete.
 * @throws MillraceError for an unknown option or a value of another type than its default or its schema wants
 */
export function ownOptions({ name, options: declared }: OwnDecorator, given: unknown): unknown {
  if (declared !== null && isSchema(declared)) return validated(name, { schema: declared, given });
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw wrongOption(name, `its options are an object: ${inspect(given)}`, `write @${name}({ … })`);
  const defaults = declared ?? {};
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [option, value] of entries) checkOption(name, { defaults, option, value });
  return { ...defaults, ...Object.fromEntries(entries) };
}

/** What the text after `--with name:` stands for, still to be checked; an option without a value is `true`. */
export function ownOptionsOfText(own: OwnDecorator, pairs: readonly (readonly [string, string | null])[]) {
  const { options: declared } = own;
  if (declared !== null && isSchema(declared)) return textsForSchema(own, pairs);
  const defaults = declared ?? {};
  return Object.fromEntries(
    pairs.map(([option, text]) => {
      const like = Object.hasOwn(defaults, option) ? defaults[option] : undefined;
      return [option, text === null ? true : typeof like === "string" ? text : fromJson(text)];
    }),
  );
}

/** A text may mean itself or the JSON that it is: where the schema refuses one, it gets the other. */
function textsForSchema(own: OwnDecorator, pairs: readonly (readonly [string, string | null])[]) {
  const read = Object.fromEntries(pairs.map(([option, text]) => [option, text === null ? true : fromJson(text)]));
  const refused = new Set(issuesOf(own, read).map(({ path }) => firstKey(path)));
  const asText = pairs.flatMap(([option, text]) => (text !== null && refused.has(option) ? [[option, text]] : []));
  return { ...read, ...Object.fromEntries(asText) } as Record<string, unknown>;
}

function issuesOf({ name, options }: OwnDecorator, given: unknown): readonly StandardSchemaV1.Issue[] {
  return answerOf(name, { schema: options as StandardSchemaV1, given }).issues ?? [];
}

function validated(name: string, of: { schema: StandardSchemaV1; given: unknown }): unknown {
  const answer = answerOf(name, of);
  if (answer.issues === undefined) return answer.value;
  const problems = answer.issues.map(
    ({ message, path }) => `${path === undefined ? "" : `${pathText(path)}: `}${message}`,
  );
  throw wrongOption(name, `its options do not fit: ${problems.join("; ")}`, `change the options of @${name}`);
}

function answerOf(name: string, { schema, given }: { schema: StandardSchemaV1; given: unknown }) {
  const answer = schema["~standard"].validate(given);
  if (!(answer instanceof Promise)) return answer;
  throw wrongOption(name, "its schema validates asynchronously", "give it a schema that answers at once");
}

function checkOption(
  name: string,
  { defaults, option, value }: { defaults: OptionDefaults; option: string; value: unknown },
): void {
  if (!Object.hasOwn(defaults, option)) {
    const names = Object.keys(defaults);
    const meant = nearest(option, names);
    const known = names.length === 0 ? "it takes no options" : `its options are ${names.join(", ")}`;
    throw wrongOption(name, `it has no option ${option}`, meant === null ? known : `did you mean ${meant}?`);
  }
  const like = defaults[option];
  if (like === null || like === undefined || kindOf(like) === kindOf(value)) return;
  throw wrongOption(name, `${option} must be ${kindOf(like)}: ${inspect(value, { depth: 1 })}`, `change ${option}`);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function isSchema(declared: StandardSchemaV1 | OptionDefaults): declared is StandardSchemaV1 {
  return "~standard" in declared;
}

function firstKey(path: StandardSchemaV1.Issue["path"]): string {
  return pathText(path?.slice(0, 1) ?? []);
}

function pathText(path: NonNullable<StandardSchemaV1.Issue["path"]>): string {
  return path.map((part) => String(typeof part === "object" ? part.key : part)).join(".");
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
