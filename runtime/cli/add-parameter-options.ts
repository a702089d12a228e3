import { type Command, Option } from "commander";
import { largest } from "../../sdk/base/largest.ts";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { CliContext } from "./cli-context.ts";
import { flagName, type FlowField } from "../launch/values/flow-fields.ts";
import { parameterVariable } from "../launch/values/parameter-variable.ts";
import { type ParameterText, parameterType } from "../launch/values/read-parameter.ts";
import { valueText } from "../launch/values/value-text.ts";

export interface ParameterFlagOptions {
  /** Options of the command that its parameters may share a name with: these then have no flag, but their variable. */
  readonly kept?: readonly string[];
}

/** Adds one flag for each parameter and included file; the map fills while the command line is parsed. */
export function addParameterOptions(
  command: Command,
  context: CliContext,
  { kept = [] }: ParameterFlagOptions = {},
): ReadonlyMap<string, ParameterText> {
  const texts = new Map<string, ParameterText>();
  for (const field of context.fields) {
    if (field.kind === "config") continue;
    const isKept = kept.includes(`--${flagName(field.name)}`);
    // A parameter has its variable besides; a file has not.
    if (isKept && field.kind === "parameter") continue;
    for (const option of optionsOf(field, texts)) {
      if (isTaken(command, option)) throw flagTaken(field.name, { flow: context.flowName, command: command.name() });
      command.addOption(option.helpGroup("Parameters of the flow:"));
    }
  }
  const configs = context.fields.filter((field) => field.kind === "config");
  if (configs.length > 0) command.addHelpText("after", () => `\n${configsText(configs)}`);
  return texts;
}

/** What the help says of configurations, which have two options in common. */
function configsText(configs: readonly Extract<FlowField, { kind: "config" }>[]): string {
  const width = largest(configs.map(({ name }) => name.length));
  const lines = configs.map(({ name, options: { file }, initial }) => {
    const from = file === undefined ? "" : `  file ${file}`;
    const given = initial === undefined ? "" : `  (default: ${valueText(initial)})`;
    return `  ${name.padEnd(width)}${from}${file === undefined ? given : ""}`.trimEnd();
  });
  return [
    "Configurations of the flow:",
    ...lines,
    "  give one with --config NAME FILE or --config-value NAME JSON",
  ].join("\n");
}

/** A parameter's own flags come in pairs (`--x`, `--no-x`): only those of the command itself are in the way. */
function isTaken(command: Command, option: Option): boolean {
  const own = option.long ?? "";
  return own === "--help" || own === "--version" || command.options.some(({ long }) => long === own);
}

function flagTaken(name: string, { flow, command }: { flow: string; command: string }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_INVALID_FLOW",
    headline: `Cannot give ${flow} the parameter ${name} because its flag is an option of the command ${command}: --${flagName(name)}`,
    hint: "give the field another name",
  });
}

/** What there is to know before one gives a value: `(default: 24) (one of: 6, 24) (env: MILLRACE_PARAM_HORIZON)`. */
function notes(field: Exclude<FlowField, { kind: "config" }>, initial: unknown): string[] {
  const isRequired = field.kind === "parameter" && field.options.required === true;
  const given = initial === undefined ? [] : [`(default: ${valueText(initial)})`];
  if (field.kind === "includeFile") return given;
  const { choices = [] } = field.options;
  return [
    ...(isRequired ? ["(required)"] : given),
    ...(choices.length === 0 ? [] : [`(one of: ${choices.map(String).join(", ")})`]),
    `(env: ${parameterVariable(field)})`,
  ];
}

function optionsOf(field: Exclude<FlowField, { kind: "config" }>, texts: Map<string, ParameterText>): Option[] {
  const { name, initial } = field;
  const type = field.kind === "includeFile" ? "file" : parameterType({ ...field, options: {} });
  const flags = [...new Set([flagName(name), name])];
  const isHidden = field.kind === "parameter" && field.options.hidden === true;
  const help = [field.options.help ?? `parameter ${name}`, ...notes(field, initial)].join(" ");
  const take = (flag: string) => (text: string | undefined) => {
    const before = type === "array" ? (texts.get(name)?.texts ?? []) : [];
    texts.set(name, { texts: [...before, text ?? String(!flag.startsWith("no-"))], source: `--${flag}` });
    return text;
  };
  return flags.flatMap((flag, at) => {
    const hide = isHidden || at > 0;
    if (type !== "boolean") return [new Option(`--${flag} <${type}>`, help).argParser(take(flag)).hideHelp(hide)];
    return [
      // Without a value commander calls no parser unless there is a preset.
      new Option(`--${flag} [boolean]`, help).preset("true").argParser(take(flag)).hideHelp(hide),
      new Option(`--no-${flag}`, `the opposite of --${flag}`).argParser(take(`no-${flag}`)).hideHelp(hide),
    ];
  });
}
