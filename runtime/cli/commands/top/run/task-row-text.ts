import type { Colors } from "picocolors/types.js";
import type { TaskSummary } from "../../../../datastore/reader/run-summary.ts";
import { durationText } from "../../../../text/duration-text.ts";
import { taskName } from "../../../../text/task-name.ts";
import { withoutColors } from "../../../on-screen.ts";
import { percentText } from "../../../progress/task-lines.ts";
import { columnsText } from "../list/columns-text.ts";
import { statusMark } from "../status-mark.ts";
import type { RunModel } from "./run-model.ts";

/** From here on there is room for the status in words. */
const WIDE = 100;
const MAX_MESSAGE_CHARS = 500;

/** A task in a line: what it is called, how it stands, for how long, and what it says. */
export function taskRowText(
  model: RunModel,
  { task: number, room, colors }: { task: number; room: number; colors: Colors },
): string {
  const task = model.task(number);
  if (task === undefined) return "";
  const { mark, paint } = statusMark(task.status, colors);
  const name = taskName({ step: task.step, task: number, label: model.labelOf(number) });
  const isWide = room >= WIDE;
  const status = { text: statusWord(task), width: 9, paint };
  const words = [...(isWide ? [] : unmarked(task)), ...wordsOf(model, task)].join("  ");
  return columnsText(
    [
      { text: mark, width: 1, paint },
      { text: name, width: Math.min(Math.max(Math.floor(room / 3), 14), 40) },
      ...(isWide ? [status] : []),
      { text: tookText(task), width: 11, isRight: true, paint: colors.dim },
      { text: words, width: 10, paint: task.status === "failed" ? colors.red : colors.dim },
    ],
    room,
  );
}

/** What the mark alone does not tell. */
function unmarked(task: TaskSummary): string[] {
  const word = statusWord(task);
  return ["reused", "stopped"].includes(word) ? [word] : [];
}

export function statusWord({ status, isCancelled, isReused }: TaskSummary): string {
  if (isReused) return "reused";
  if (status === "failed" && isCancelled) return "stopped";
  return status === "pending" ? "retrying" : status;
}

function tookText({ status, startedAt, finishedAt, attempts }: TaskSummary): string {
  const from = attempts.at(-1)?.startedAt ?? startedAt;
  if (finishedAt !== null) return durationText(finishedAt - from);
  return status === "running" ? durationText(Date.now() - from) : "";
}

function wordsOf(model: RunModel, task: TaskSummary): string[] {
  const told = model.progressOf(task);
  const tried = task.attempts.length > 1 ? [`attempt ${task.attempt}`] : [];
  if (told !== undefined) return [...tried, percentText(told.fraction), told.note];
  const { error } = task;
  if (error === null) return tried;
  const [line = ""] = withoutColors(error.message.slice(0, MAX_MESSAGE_CHARS)).trim().split("\n", 1);
  return [error.name === "Error" ? line : `${error.name}: ${line}`, ...tried];
}
