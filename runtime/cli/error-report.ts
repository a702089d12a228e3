import type { CommanderError } from "commander";
import { isMillraceError } from "../../sdk/errors.ts";
import { terminalColors } from "./output.ts";

/** Codes of errors that lie in the use of the program, the flow or a name, not in a run. */
const USAGE = new Set([
  "MILLRACE_USAGE",
  "MILLRACE_INVALID_FLOW",
  "MILLRACE_BUNDLE",
  "MILLRACE_NO_FLOW",
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
  if (isCommanderError(error)) return reportUsage(error, isJson);
  const colors = terminalColors();
  if (isMillraceError(error)) {
    const { code, headline, details, hint } = error;
    if (isJson) process.stdout.write(`${JSON.stringify({ error: { code, headline, details, hint } })}\n`);
    process.stderr.write(`${colors.red("error:")} ${error.headline}\n`);
    for (const line of error.details) process.stderr.write(`  ${line}\n`);
    if (error.hint !== undefined) process.stderr.write(`  ${colors.cyan("hint:")} ${error.hint}\n`);
    return;
  }
  if (isJson) process.stdout.write(`${JSON.stringify({ error: { code: "UNEXPECTED", headline: String(error) } })}\n`);
  const stack = error instanceof Error ? error.stack : undefined;
  process.stderr.write(`${colors.red("error:")} ${stack ?? String(error)}\n`);
}

/** Told by its code: the bundles of flows and notebooks have a copy of commander each. */
function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && String((error as { code?: unknown }).code).startsWith("commander.");
}

/** commander has told people already; help and version are no errors. */
function reportUsage({ exitCode, message }: CommanderError, isJson: boolean): void {
  if (!isJson || exitCode === 0) return;
  const headline = message.replace(/^error: /, "");
  process.stdout.write(`${JSON.stringify({ error: { code: "MILLRACE_USAGE", headline } })}\n`);
}
