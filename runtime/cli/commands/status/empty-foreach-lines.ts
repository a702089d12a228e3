import { isEmptyForeach } from "../../../datastore/is-empty-foreach.ts";
import type { ItemLabels } from "../../../datastore/reader/item-labels.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import { taskName } from "../../../text/task-name.ts";
import { emptyForeachText } from "../../show/empty-foreach-text.ts";

/** A line for each step with a foreach that had no items. */
export function emptyForeachLines({ tasks, document }: RunSummary, labels: ItemLabels): string {
  const bySteps = new Map<string, string[]>();
  for (const { step, task, place, next } of tasks) {
    if (next === null || !isEmptyForeach(next)) continue;
    const names = bySteps.get(step) ?? [];
    // Only the first is named.
    names.push(names.length > 0 ? "" : taskName({ step, task, label: labels.of(place) }));
    bySteps.set(step, names);
  }
  return [...bySteps].map(([step, names]) => emptyForeachText(document.graph, { step, names })).join("\n");
}
