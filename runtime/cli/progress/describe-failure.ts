import type { Colors } from "picocolors/types.js";
import type { TaskFailed } from "../../datastore/run-event.ts";
import { withoutColors } from "../on-screen.ts";
import { logLine } from "../show/log-line.ts";
import { shortPath } from "../../launch/plan/short-path.ts";
import { durationText } from "../../text/duration-text.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";

export interface FailureParts {
  readonly event: TaskFailed;
  readonly step: string;
  /** True if no attempt follows: `@catchError` lets the flow go on. */
  readonly isConcluded: boolean;
  /** Last lines the attempt printed. */
  readonly tail: readonly string[];
  readonly colors: Colors;
}

/** A failed attempt, for people: what, where in the source, the last output, what happens next. */
export function describeFailure({ event, step, isConcluded, tail, colors }: FailureParts): string[] {
  const { error, task, attempt, retryAt } = event;
  const again = isConcluded ? ", for good" : ", again at once";
  const wait =
    retryAt === null ? "" : retryAt > event.time ? `, again in ${durationText(retryAt - event.time)}` : again;
  const lines = [`${colors.red("failed")} ${step}/${task} attempt ${attempt}${wait}`];
  const name =
    error.name === "Error" || error.name === "MillraceError" || error.name === "ProcessEnded" ? "" : `${error.name}: `;
  appendAll(lines, indented(`${name}${error.message}`));
  for (const cause of error.causes ?? []) appendAll(lines, indented(`caused by: ${cause}`));
  if (error.file !== undefined) lines.push(`  at ${shortPath(error.file)}:${error.line ?? 0}:${error.column ?? 0}`);
  if (error.frame !== undefined)
    appendAll(
      lines,
      error.frame.split("\n").map((line) => colors.dim(`  ${line}`)),
    );
  if (tail.length > 0)
    appendAll(lines, [colors.dim("  last output:"), ...tail.map((line) => colors.dim(`    ${logLine(line)}`))]);
  return lines;
}

function indented(text: string): string[] {
  return withoutColors(text)
    .split("\n")
    .map((line) => `  ${line}`);
}
