import type { Datastore } from "../../../datastore/datastore.ts";
import type { LastValues } from "../../../datastore/last-values.ts";
import type { ItemLabels } from "../../../datastore/reader/item-labels.ts";
import type { RunSummary, TaskSummary } from "../../../datastore/reader/run-summary.ts";
import { taskValues } from "../../../datastore/reader/task-values.ts";
import { taskName } from "../../../text/task-name.ts";
import type { Output } from "../../output.ts";
import { metricsLine } from "../../show/metrics-line.ts";
import { tableText } from "../../show/table-text.ts";

/** What stands last in what one task logged. */
export interface LoggedByTask {
  readonly step: string;
  readonly task: number;
  readonly label: string;
  readonly last: LastValues;
}

export function loggedByTasks(
  store: Datastore,
  { flow, run }: RunSummary,
  { tasks, labels }: { tasks: readonly TaskSummary[]; labels: ItemLabels },
): LoggedByTask[] {
  const found = [...taskValues(store.storage, { flow, run, tasks })];
  return found.map(({ task: { step, task, place }, last }) => ({ step, task, label: labels.of(place), last }));
}

/** A line for each task that logged something; empty if none did. */
export function metricsText(logged: readonly LoggedByTask[], { colors }: Output): string {
  if (logged.length === 0) return "";
  return tableText({
    header: ["TASK", "METRICS"],
    styleHeader: colors.dim,
    rows: logged.map((one) => [taskName(one), metricsLine(Object.entries(one.last))]),
  });
}
