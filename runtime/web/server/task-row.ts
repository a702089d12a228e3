import { visibleLine } from "../../../sdk/base/visible.ts";
import type { ItemLabels } from "../../datastore/reader/item-labels.ts";
import type { TaskSummary } from "../../datastore/reader/run-summary.ts";
import { errorLine } from "../../render/parts.ts";
import type { TaskRow } from "../api/shapes.ts";

export function taskRow(one: TaskSummary, labels: ItemLabels): TaskRow {
  // Written out: a list of 100,000 tasks is searched row by row.
  return {
    task: one.task,
    step: one.step,
    status: one.status,
    label: labels.of(one.place),
    index: one.index,
    attempt: one.attempt,
    startedAt: one.startedAt,
    finishedAt: one.finishedAt,
    isReused: one.isReused,
    isCancelled: one.isCancelled,
    error: one.error === null ? null : visibleLine(errorLine(one.error)),
  };
}
