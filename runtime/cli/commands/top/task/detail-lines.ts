import type { Colors } from "picocolors/types.js";
import type { AttemptSummary, TaskSummary } from "../../../../datastore/reader/run-summary.ts";
import { errorBlock, plainErrorLine } from "../../../../../sdk/base/error-block.ts";
import type { ErrorRecord } from "../../../../datastore/records.ts";
import { withShortPath } from "../../../../launch/plan/short-path.ts";
import { durationText, localTimeText } from "../../../../text/duration-text.ts";
import { sizeText } from "../../../../text/size-text.ts";
import { withoutColors } from "../../../on-screen.ts";
import { percentText } from "../../../progress/task-lines.ts";
import { cutLine } from "../list/fitted.ts";
import { wrapped } from "../pager/wrapped.ts";
import type { RunModel } from "../run/run-model.ts";
import { statusWord } from "../run/task-row-text.ts";
import { statusMark } from "../status-mark.ts";

export interface DetailParts {
  readonly model: RunModel;
  readonly task: TaskSummary;
  /** What it logged last, in one line. */
  readonly metrics: string;
  readonly columns: number;
  readonly colors: Colors;
}

const MAX_MESSAGE_CHARS = 20_000;
const MAX_ATTEMPTS = 200;

/** What is known of a task but for log and artifacts: its error first. */
export function detailLines({ model, task, metrics, columns, colors }: DetailParts): string[] {
  const { mark, paint } = statusMark(task.status, colors);
  const head = paint(cutLine(`${mark} ${statusWord(task)}`, columns));
  const told = model.progressOf(task);
  const row = (name: string, value: string) =>
    wrapped(value, columns - 10).map((line, at) => `${colors.dim((at === 0 ? name : "").padEnd(10))}${line}`);
  return [
    head,
    ...errorLines(task.error, { columns, colors, isCaught: task.status === "caught" }),
    "",
    ...row("started", localTimeText(task.startedAt)),
    ...(task.finishedAt === null ? [] : row("ended", localTimeText(task.finishedAt))),
    ...(task.index === null ? [] : row("index", String(task.index))),
    ...(task.isReused && task.result !== null ? row("reused", `from ${task.result}`) : []),
    ...(told === undefined ? [] : row("progress", `${percentText(told.fraction)}  ${told.note}`)),
    ...(metrics === "" ? [] : row("metrics", metrics)),
    ...attemptLines(task.attempts, { columns, colors }),
  ];
}

function errorLines(
  error: ErrorRecord | null,
  { columns, colors, isCaught }: { columns: number; colors: Colors; isCaught: boolean },
): string[] {
  if (error === null) return [];
  const headline = withoutColors(error.message.slice(0, MAX_MESSAGE_CHARS));
  const block = errorBlock({ name: error.name, headline, place: withShortPath(error), frame: error.frame });
  const paint = isCaught ? colors.yellow : colors.red;
  return block.flatMap((line) => {
    const looks = line.part === "headline" ? paint : line.part === "place" ? colors.dim : String;
    const lines = wrapped(plainErrorLine(line), columns).map((text) => looks(text));
    // Code that goes on in the next row would move the mark below it.
    return line.part === "frame" ? lines.slice(0, 1) : lines;
  });
}

function attemptLines(
  attempts: readonly AttemptSummary[],
  { columns, colors }: { columns: number; colors: Colors },
): string[] {
  if (attempts.length === 0) return [];
  const shown = attempts.slice(-MAX_ATTEMPTS);
  const lines = shown.map(({ attempt, status, startedAt, finishedAt, usage, error }) => {
    const took = durationText((finishedAt ?? Date.now()) - startedAt);
    const used = [
      usage?.cpuMs === undefined ? "" : `  CPU ${durationText(usage.cpuMs)}`,
      usage?.peakMemory === undefined ? "" : `  memory ${sizeText(usage.peakMemory)}`,
    ].join("");
    const why = error === null ? "" : `  ${withoutColors(error.message.slice(0, 500)).split("\n", 1)[0] ?? ""}`;
    const { mark, paint } = statusMark(status, colors);
    return `${paint(mark)} ${cutLine(`${attempt}  ${status}  ${took}${used}${why}`, columns - 2)}`;
  });
  return ["", colors.dim("ATTEMPTS"), ...lines];
}
