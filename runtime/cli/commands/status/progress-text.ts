import type { ItemLabels } from "../../../datastore/reader/item-labels.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import type { TaskProgressRecord } from "../../../datastore/records.ts";
import { agoText } from "../../../text/duration-text.ts";
import { taskName } from "../../../text/task-name.ts";
import type { Output } from "../../output.ts";
import { percentText } from "../../progress/task-lines.ts";
import { tableText } from "../../show/table-text.ts";

/** Empty where no task tells. */
export function progressText(
  { tasks }: RunSummary,
  {
    progress,
    labels,
    output,
  }: {
    progress: ReadonlyMap<number, TaskProgressRecord>;
    labels: ItemLabels;
    output: Output;
  },
): string {
  const now = Date.now();
  const rows = tasks.flatMap(({ step, task, place }) => {
    const told = progress.get(task);
    if (told === undefined) return [];
    const name = taskName({ step, task, label: labels.of(place) });
    return [[name, percentText(told.fraction), told.note, agoText(told.time, now)]];
  });
  if (rows.length === 0) return "";
  return tableText({ header: ["TASK", "PROGRESS", "", "TOLD"], right: [1], styleHeader: output.colors.dim, rows });
}
