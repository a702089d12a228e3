import type { CommanderError } from "commander";
import { errorClass } from "../../sdk/base/error-codes.ts";
import { errorBlock } from "../../sdk/base/error-block.ts";
import { isMillraceError } from "../../sdk/base/millrace-error.ts";
import { consoleOutput, type Output } from "./output.ts";

/** 0 success, 1 a failure, 2 wrong usage. */
export function exitCodeOf(error: unknown): number {
  if (isCommanderError(error)) return error.exitCode === 0 ? 0 : 2;
  if (!isMillraceError(error)) return 1;
  const kind = errorClass(error.code);
  return kind === "usage" || kind === "flow" ? 2 : 1;
}

/** Prints an error for people, or as JSON for programs. A stack is shown only for what is no user's mistake. */
export function reportError(error: unknown, { isJson }: { isJson: boolean }): void {
  const output = consoleOutput({ isJson });
  if (isCommanderError(error)) return reportUsage(error, output);
  const { colors } = output;
  if (isMillraceError(error)) {
    const { code, headline, details, hint } = error;
    if (isJson) output.json({ error: { code, headline, details, hint } });
    const block = errorBlock({ name: "error", headline, details, hint });
    for (const { part, label, text } of block) {
      if (part === "headline") output.note(label === "" ? text : `${colors.red(label)} ${text}`);
      else output.note(`  ${label === "" ? "" : `${colors.cyan(label)} `}${text}`);
    }
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
