import fs from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import type { SecretSource } from "../../sdk/decorators/secrets.ts";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { userPath } from "../settings/user-path.ts";
import { messageOf } from "../../sdk/base/message-of.ts";

/** The variables that a step's secret sources give; later sources win. */
export function resolveSecrets(
  sources: readonly SecretSource[],
  at: { readonly flowFile: string; readonly step: string },
): Readonly<Record<string, string>> {
  return Object.assign({}, ...sources.map((source) => valuesOf(source, at))) as Record<string, string>;
}

function valuesOf(source: SecretSource, at: { flowFile: string; step: string }): Record<string, string> {
  if (source.type === "env-file") return readEnvFile(userPath(source.path, path.dirname(at.flowFile)), at.step);
  const missing = Object.keys(source.vars).filter((name) => source.vars[name] === undefined);
  if (missing.length > 0) throw noValue(missing, at.step);
  return source.vars as Record<string, string>;
}

function readEnvFile(file: string, step: string): Record<string, string> {
  try {
    return parseEnv(fs.readFileSync(file, "utf8")) as Record<string, string>;
  } catch (cause) {
    throw new MillraceError({
      code: "MILLRACE_SECRETS",
      headline: `Cannot get the secrets of step ${step} because their file cannot be read: ${file}`,
      details: [messageOf(cause)],
      hint: "the path is relative to the flow's file; the file holds lines of NAME=value",
      cause,
    });
  }
}

function noValue(names: readonly string[], step: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_SECRETS",
    headline: `Cannot get the secrets of step ${step} because they have no value: ${names.join(", ")}`,
    hint: "set them in the environment from which the run is started",
  });
}
