import type { Datastore } from "../../../datastore/datastore.ts";
import type { ItemLabels } from "../../../datastore/reader/item-labels.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import type { TaskProgressRecord } from "../../../datastore/records.ts";
import { agoText } from "../../../text/duration-text.ts";
import { taskName } from "../../../text/task-name.ts";
import type { Output } from "../../output.ts";
import { percentText } from "../../progress/task-lines.ts";
import { tableText } from "../../show/table-text.ts";

/** What tasks that run, or ran when the run was killed, told last of their progress; by task. */
export function taskProgress(store: Datastore, run: RunSummary): ReadonlyMap<number, TaskProgressRecord> {
  const open = run.tasks.filter(({ status }) => status === "running" || status === "stale");
  if (open.length === 0) return new Map();
  const told = new Map(
    store
      .record(run.flow, run.run)
      .progress()
      ?.tasks.map((one) => [one.task, one]),
  );
  const ofAttempt = open.flatMap(({ task, attempt }) => {
    const one = told.get(task);
    return one?.attempt === attempt ? [[task, one] as const] : [];
  });
  return new Map(ofAttempt);
}

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
