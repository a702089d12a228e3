import { type Command, Option } from "commander";

/** Adds `--config` and `--config-value`; both are given as two words, or as one with `=`. */
export function addConfigOptions(command: Command): Command {
  const collect = (text: string, before: readonly string[] = []) => [...before, text];
  return command
    .addOption(
      new Option(
        "--config <name=file>",
        "take a configuration from a file, JSON, YAML or TOML: --config name file",
      ).argParser(collect),
    )
    .addOption(
      new Option("--config-value <name=json>", "give a configuration as JSON: --config-value name json").argParser(
        collect,
      ),
    );
}

/** `--config` takes two words, which commander does not know: they are paired up before it parses. */
export function pairConfigWords(argv: readonly string[]): string[] {
  const paired: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? "";
    const [name, value] = [argv[at + 1], argv[at + 2]];
    if (
      (word === "--config" || word === "--config-value") &&
      name !== undefined &&
      value !== undefined &&
      !name.includes("=")
    ) {
      paired.push(word, `${name}=${value}`);
      at += 2;
    } else paired.push(word);
  }
  return paired;
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
  return new Map(texts.map(pair));
}

/** A name with nothing behind it is given nothing. */
function pair(text: string): [string, string] {
  const [name = ""] = text.split("=", 1);
  return [name, text.slice(name.length + 1)];
}
