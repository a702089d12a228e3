import type { Colors } from "picocolors/types.js";
import type { TaskFailed } from "../../datastore/run-event.ts";
import { isOutOfMemory } from "../../task/out-of-memory.ts";
import { withoutColors } from "../on-screen.ts";
import { logLine } from "../show/log-line.ts";
import { errorBlock, plainErrorLine } from "../../../sdk/base/error-block.ts";
import { withShortPath } from "../../launch/plan/short-path.ts";
import { durationText } from "../../text/duration-text.ts";
import { taskName } from "../../text/task-name.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";

export interface FailureParts {
  readonly event: TaskFailed;
  readonly step: string;
  /** What tells the task apart among those of its foreach. */
  readonly label: string;
  /** True if no attempt follows: `@catchError` lets the flow go on. */
  readonly isConcluded: boolean;
  /** Whose failure has shown the same code; null if none has. */
  readonly shownWith: string | null;
  /** Last lines the attempt printed. */
  readonly tail: readonly string[];
  readonly colors: Colors;
}

/** They say nothing that the message does not. */
const PLAIN_NAMES = new Set(["Error", "MillraceError", "ProcessEnded"]);

/** A failed attempt, for people: what, where in the source, the last output, what happens next. */
export function describeFailure({ event, step, label, isConcluded, shownWith, tail, colors }: FailureParts): string[] {
  const { error, task, attempt, retryAt } = event;
  const whole = event.isInterruption === true && isOutOfMemory(error) ? " with all that it asks for" : "";
  const again = isConcluded ? ", for good" : `, again at once${whole}`;
  const wait =
    retryAt === null ? "" : retryAt > event.time ? `, again in ${durationText(retryAt - event.time)}` : again;
  const lines = [`${colors.red("failed")} ${taskName({ step, task, label })} attempt ${attempt}${wait}`];
  const block = errorBlock({
    name: PLAIN_NAMES.has(error.name) ? undefined : withoutColors(error.name),
    headline: withoutColors(error.message),
    causes: error.causes?.map(withoutColors),
    place: withShortPath(error),
    frame: shownWith === null ? error.frame : undefined,
  });
  for (const line of block) {
    const isRepeated = line.part === "place" && shownWith !== null;
    const text = `  ${plainErrorLine(line)}${isRepeated ? `, as in ${shownWith}` : ""}`;
    lines.push(line.part === "frame" ? colors.dim(text) : text);
  }
  if (tail.length > 0)
    appendAll(lines, [colors.dim("  last output:"), ...tail.map((line) => colors.dim(`    ${logLine(line)}`))]);
  return lines;
}
