import type { CommanderError } from "commander";
import { isMillraceError } from "../../sdk/base/errors.ts";
import { consoleOutput, type Output } from "./output.ts";

/** Codes of errors that lie in the use of the program, the flow or a name, not in a run. */
const USAGE = new Set([
  "MILLRACE_USAGE",
  "MILLRACE_INVALID_FLOW",
  "MILLRACE_BUNDLE",
  "MILLRACE_NO_FLOW",
  "MILLRACE_FLOW_FILE",
  "MILLRACE_UNKNOWN_RUN",
  "MILLRACE_UNKNOWN_FLOW",
  "MILLRACE_PATHSPEC",
  "MILLRACE_TAG",
  "MILLRACE_PARAMETER",
  "MILLRACE_CONFIG",
  "MILLRACE_MISSING_FILE",
  "MILLRACE_NOT_YET",
  "MILLRACE_STILL_RUNNING",
  "MILLRACE_IMPORT",
  "MILLRACE_SECRETS",
  "MILLRACE_NOTEBOOK",
  "MILLRACE_SETTINGS",
  "MILLRACE_TRUST",
  "MILLRACE_RESOURCES",
  "MILLRACE_LOCAL_DATASTORE",
  "MILLRACE_BATCH",
  "MILLRACE_NO_ENGINE",
  "MILLRACE_NO_IMAGE",
]);

/** 0 success, 1 a failure, 2 wrong usage. */
export function exitCodeOf(error: unknown): number {
  if (isCommanderError(error)) return error.exitCode === 0 ? 0 : 2;
  if (!isMillraceError(error)) return 1;
  const { code } = error as { code: string };
  return USAGE.has(code) || code.startsWith("MILLRACE_DECORATOR") || code === "MILLRACE_UNKNOWN_DECORATOR" ? 2 : 1;
}

/** Prints an error for people, or as JSON for programs. A stack is shown only for what is no user's mistake. */
export function reportError(error: unknown, { isJson }: { isJson: boolean }): void {
  const output = consoleOutput({ isJson });
  if (isCommanderError(error)) return reportUsage(error, output);
  const { colors } = output;
  if (isMillraceError(error)) {
    const { code, headline, details, hint } = error;
    if (isJson) output.json({ error: { code, headline, details, hint } });
    output.note(`${colors.red("error:")} ${headline}`);
    for (const line of details) output.note(`  ${line}`);
    if (hint !== undefined) output.note(`  ${colors.cyan("hint:")} ${hint}`);
    return;
  }
  if (isJson) output.json({ error: { code: "UNEXPECTED", headline: String(error) } });
  const stack = error instanceof Error ? error.stack : undefined;
  output.note(`${colors.red("error:")} ${stack ?? String(error)}`);
}

/** Told by its code: the bundles of flows and notebooks have a copy of commander each. */
function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && String((error as { code?: unknown }).code).startsWith("commander.");
}

/** commander has told people already; help and version are no errors. */
function reportUsage({ exitCode, message }: CommanderError, output: Output): void {
  if (!output.isJson || exitCode === 0) return;
  output.json({ error: { code: "MILLRACE_USAGE", headline: message.replace(/^error: /, "") } });
}
