import fs from "node:fs";
import path from "node:path";
import { isMillraceError, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import type { ConfigOptions } from "../../../sdk/config.ts";
import { ownProgram } from "../../own-program.ts";
import { type ConfigDeclaration, configOf, parseConfig } from "./parse-config.ts";

export interface ConfigFileDeclaration extends ConfigDeclaration {
  readonly parser: ConfigOptions["parser"] | undefined;
}

/**
 * Reads a configuration's file: by the parser of its declaration, else as YAML or TOML where it ends so, else as JSON.
 * @throws MillraceError that names the file, the place in it and what was expected there
 */
export async function readConfig(file: string, of: ConfigFileDeclaration): Promise<unknown> {
  const text = textOf(file, of);
  const { parser } = of;
  if (parser !== undefined)
    return configOf(await parsedBy(parser, { text, file, name: of.name }), { ...of, place: file });
  const format = FORMATS[path.extname(file).toLowerCase()];
  if (format === undefined) return parseConfig(text, { ...of, place: file });
  const parsed = formats().configFormats[format](text);
  if ("problem" in parsed) throw malformed(format, { file, name: of.name, ...parsed });
  return configOf(parsed.value, { ...of, place: file });
}

const FORMATS: Readonly<Record<string, "YAML" | "TOML">> = { ".yaml": "YAML", ".yml": "YAML", ".toml": "TOML" };

/** Large, and of no use to most flows: a script of its own. */
function formats(): typeof import("./config-formats.ts") {
  return ownProgram("config-formats", "read") as typeof import("./config-formats.ts");
}

function textOf(file: string, { name }: ConfigDeclaration): string {
  try {
    return fs.readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (cause) {
    throw new MillraceError({
      code: "MILLRACE_MISSING_FILE",
      headline: `Cannot read the configuration ${name} because its file cannot be read: ${file}`,
      details: [messageOf(cause)],
      hint: `name another with --config ${name} <file>`,
      cause,
    });
  }
}

async function parsedBy(
  parser: NonNullable<ConfigOptions["parser"]>,
  { text, file, name }: { text: string; file: string; name: string },
): Promise<unknown> {
  try {
    return await parser(text);
  } catch (cause) {
    if (isMillraceError(cause)) throw cause;
    throw new MillraceError({
      code: "MILLRACE_CONFIG",
      headline: `Cannot read the configuration ${name} because its parser refuses the file: ${file}`,
      details: [messageOf(cause)],
      hint: "correct the file, or the parser of @config({ parser })",
      cause,
    });
  }
}

function malformed(
  format: string,
  at: { name: string; file: string; line: number; column: number; problem: string },
): MillraceError {
  return new MillraceError({
    code: "MILLRACE_CONFIG",
    headline: `Cannot read configuration ${at.name} because its file is not ${format}: ${at.file}:${at.line}:${at.column}`,
    details: [at.problem],
    hint: "correct the file there; @config({ parser }) reads other formats",
  });
}
