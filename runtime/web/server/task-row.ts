import { visibleLine } from "../../../sdk/base/visible.ts";
import type { ItemLabels } from "../../datastore/reader/item-labels.ts";
import type { TaskSummary } from "../../datastore/reader/run-summary.ts";
import { errorLine } from "../../render/parts.ts";
import type { TaskRow } from "../api/shapes.ts";

export function taskRow(one: TaskSummary, labels: ItemLabels): TaskRow {
  const { task, step, status, place, index, attempt, startedAt, finishedAt, isReused, isCancelled, error } = one;
  return {
    ...{ task, step, status, label: labels.of(place), index, attempt, startedAt, finishedAt, isReused, isCancelled },
    error: error === null ? null : visibleLine(errorLine(error)),
  };
}
