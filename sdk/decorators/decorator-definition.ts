import { inspect } from "node:util";
import { MillraceError } from "../base/millrace-error.ts";
import type { DecoratorUse } from "../base/metadata.ts";
import { nearest } from "../base/nearest.ts";
import type { Needs, StepSettings } from "../base/step-settings.ts";
import type { Need } from "./need.ts";
import type { Reader } from "./reader.ts";

/** A step decorator: its options as a table, and the plain settings that they come down to. */
export interface DecoratorDefinition {
  readonly name: string;
  readonly options: OptionTable;
  /** @throws MillraceError for an unknown option or a value that is not what the option wants */
  settings(options: unknown): StepContribution;
  /** What holds where the step and its class both carry it; absent where the step's own stands alone. */
  readonly lay?: (over: StepContribution, under: StepContribution) => StepContribution;
  /** What tells uses apart that stand side by side in one place; absent where there is one use a place. */
  readonly idOf?: (options: unknown) => string;
}

export type OptionTable = Readonly<Record<string, Reader<unknown>>>;

/** What one decorator adds to a step: of the resources only those that it names. */
export interface StepContribution extends Omit<StepSettings, "resources"> {
  readonly resources?: PartialNeeds;
}

/** Some of what a task needs, which may depend on the attempt. */
export type PartialNeeds = { readonly [Name in keyof Needs]?: Need };

/** A table that reads each of these options, as a decorator documents them, and no other. */
export type TableOf<Options> = { readonly [Name in keyof Options]-?: Reader<NonNullable<Options[Name]>> };

type Read<Table extends OptionTable> = {
  readonly [Name in keyof Table]?: Table[Name] extends Reader<infer Value> ? Value : never;
};

/** Makes a definition whose `settings` sees only checked, normalised options. */
export function define<const Table extends OptionTable>(parts: {
  readonly name: string;
  readonly options: Table;
  readonly settings: (options: Read<Table>) => StepContribution;
  readonly lay?: (over: StepContribution, under: StepContribution) => StepContribution;
  readonly idOf?: (options: Read<Table>) => string;
}): DecoratorDefinition {
  const { idOf, ...others } = parts;
  return {
    ...others,
    ...(idOf && { idOf: (options: unknown) => idOf(readOptions(parts, options)) }),
    settings: (options) => parts.settings(readOptions(parts, options)),
  };
}

/** The same of options that were read before and come back from a record: what the table does not know is left out. */
export function knownOptions<Table extends OptionTable>(
  table: Table,
  given: Readonly<Record<string, unknown>>,
): Read<Table> {
  const read = Object.entries(table).map(([name, reader]) => [name, reader.read(given[name])] as const);
  return Object.fromEntries(read.filter(([, value]) => value !== undefined)) as Read<Table>;
}

/** The options of a use; a function of the configurations is called with them. */
export function evaluateOptions(use: DecoratorUse, configs: Readonly<Record<string, unknown>>): unknown {
  return typeof use.options === "function" ? (use.options as (configs: unknown) => unknown)(configs) : use.options;
}

/** Error about the options of a decorator. */
export function wrongOption(decorator: string, problem: string, hint: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DECORATOR_OPTION",
    headline: `Cannot use @${decorator} because ${problem}`,
    hint,
  });
}

/**
 * The options of a use, checked and normalised.
 * @throws MillraceError for an unknown option or a value that is not what the option wants
 */
export function readOptions<Table extends OptionTable>(
  { name, options: table }: { readonly name: string; readonly options: Table },
  given: unknown,
): Read<Table> {
  const options = given ?? {};
  if (typeof options !== "object" || Array.isArray(options)) {
    throw wrongOption(name, `its options are an object: ${inspect(given)}`, `write ${signature(name, table)}`);
  }
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([option, value]) => [option, readOption(name, { table, option, value })]),
  ) as Read<Table>;
}

function readOption(
  name: string,
  { table, option, value }: { readonly table: OptionTable; readonly option: string; readonly value: unknown },
): unknown {
  const reader = Object.hasOwn(table, option) ? table[option] : undefined;
  if (reader === undefined) {
    const meant = nearest(option, Object.keys(table));
    const hint = meant === null ? `its options are ${signature(name, table)}` : `did you mean ${meant}?`;
    throw wrongOption(name, `it has no option ${option}`, hint);
  }
  const read = reader.read(value);
  if (read !== undefined) return read;
  throw wrongOption(name, `${option} must be ${reader.expects}: ${inspect(value, { depth: 1 })}`, `change ${option}`);
}

function signature(name: string, table: OptionTable): string {
  return `@${name}({ ${Object.keys(table).join(", ")} })`;
}
