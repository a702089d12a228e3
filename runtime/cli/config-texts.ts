import { type Command, Option } from "commander";
import { MillraceError } from "../../sdk/base/millrace-error.ts";

const FORMS = {
  "--config": { what: "a name and a file", form: "FILE", example: "machine.yaml" },
  "--config-value": { what: "a name and JSON", form: "JSON", example: "'{\"gpus\": 2}'" },
} as const;

type ConfigFlag = keyof typeof FORMS;

/** Adds `--config` and `--config-value`; both are given as two words, or as one with `=`. */
export function addConfigOptions(command: Command): Command {
  const collect =
    (flag: ConfigFlag) =>
    (text: string, before: readonly string[] = []) => {
      refuseHalf(flag, text);
      return [...before, text];
    };
  return command
    .addOption(
      new Option(
        "--config <name=file>",
        "take a configuration from a file, JSON, YAML or TOML: --config name file",
      ).argParser(collect("--config")),
    )
    .addOption(
      new Option("--config-value <name=json>", "give a configuration as JSON: --config-value name json").argParser(
        collect("--config-value"),
      ),
    );
}

/** @throws MillraceError `MILLRACE_USAGE` unless there are a name and something behind it */
function refuseHalf(flag: ConfigFlag, text: string): void {
  const [name, value] = split(text);
  if (name !== "" && !isFlag(name) && value !== undefined && value !== "") return;
  const { what, form, example } = FORMS[flag];
  const given = isFlag(name) || name === "" ? "NAME" : name;
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot use ${flag} because it takes ${what}: ${seen(flag, { name, value })}`,
    hint: `write ${flag} ${given} ${form}, as in ${flag} ${given === "NAME" ? "machine" : given} ${example}`,
  });
}

function seen(flag: ConfigFlag, { name, value }: { name: string; value: string | undefined }): string {
  if (name === "") return `no name follows ${flag}`;
  if (isFlag(name)) return `${name} follows ${flag}`;
  return value === undefined ? `${flag} ${name} alone` : `nothing follows ${name}=`;
}

/** Options of the command line; a negative number is none. */
function isFlag(word: string): boolean {
  return /^--?[a-z]/i.test(word);
}

/**
 * `--config` takes two words, which commander does not know: they are paired up before it parses. Half a pair stays one, so
 * that it can be refused.
 */
export function pairConfigWords(argv: readonly string[]): string[] {
  const paired: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? "";
    paired.push(word);
    if (!isConfigFlag(word)) continue;
    const [name = "", value] = [argv[at + 1], argv[at + 2]];
    const isPair = !isFlag(name) && !name.includes("=") && value !== undefined && !isFlag(value);
    paired.push(isPair ? `${name}=${value}` : name);
    at += isPair ? 2 : 1;
  }
  return paired;
}

function isConfigFlag(word: string): word is ConfigFlag {
  return Object.hasOwn(FORMS, word);
}

/** What `--config` and `--config-value` gave, by name. */
export interface ConfigTexts {
  readonly configFiles: ReadonlyMap<string, string>;
  readonly configValues: ReadonlyMap<string, string>;
}

/** The same, from words that are not parsed yet. */
export function configTextsIn(argv: readonly string[]): ConfigTexts {
  const paired = pairConfigWords(argv);
  const of = (flag: string) => paired.flatMap((word, at) => (word === flag ? (paired[at + 1] ?? []) : []));
  return { configFiles: pairs(of("--config")), configValues: pairs(of("--config-value")) };
}

export function configTexts(command: Command): ConfigTexts {
  const { config = [], configValue = [] } = command.opts<{ config?: string[]; configValue?: string[] }>();
  return { configFiles: pairs(config), configValues: pairs(configValue) };
}

function pairs(texts: readonly string[]): Map<string, string> {
  return new Map(texts.map(split).flatMap(([name, value = ""]) => (value === "" ? [] : [[name, value]])));
}

/** At the first `=`; a text without one is a name alone. */
function split(text: string): [string, string?] {
  const at = text.indexOf("=");
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
