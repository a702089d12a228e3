import { visibleLine } from "../../../../../sdk/base/visible.ts";
import { durationText } from "../../../../text/duration-text.ts";
import { STATUSES } from "../../../api/task-columns.ts";
import type { TimelineModel } from "./timeline-model.ts";

/** `fit/3 [1], failed, took 103 ms, waited 12 ms, 2 attempts` */
export function barText({ columns, rows }: TimelineModel, bar: number): string {
  const row = rows[bar] ?? 0;
  const step = columns.steps[columns.step[row] ?? 0] ?? "";
  const index = columns.index[row] ?? -1;
  const started = columns.startedAt[row] ?? 0;
  const finished = columns.finishedAt[row] ?? Number.NaN;
  const waitedMs = started - (columns.readyAt[row] ?? started);
  const attempts = columns.attempts[row] ?? 1;
  return [
    `${visibleLine(step)}/${columns.task[row] ?? 0}${index < 0 ? "" : ` [${index}]`}`,
    STATUSES[columns.status[row] ?? 0] ?? "",
    Number.isNaN(finished) ? "" : `took ${durationText(finished - started)}`,
    waitedMs >= 1 ? `waited ${durationText(waitedMs)}` : "",
    attempts > 1 ? `${attempts} attempts` : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
}
