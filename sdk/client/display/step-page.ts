import { inspect } from "node:util";
import type { TaskSummary } from "../../../runtime/datastore/reader/run-summary.ts";
import type { ItemLabels } from "../../../runtime/datastore/reader/item-labels.ts";
import { durationText } from "../../../runtime/text/duration-text.ts";
import type { MimeBundle } from "../mime-bundle.ts";
import { markup, table } from "../../../runtime/render/html.ts";
import { page } from "./page.ts";
import { chip, errorLine, NOTHING } from "../../../runtime/render/parts.ts";
import type { ShownStep } from "./shown.ts";

const MAX_TASKS = 100;

/** A step: its tasks, each in a line. */
export function stepPage(
  step: ShownStep,
  { tasks, labels }: { tasks: readonly TaskSummary[]; labels: ItemLabels },
): MimeBundle {
  const shown = tasks.slice(0, MAX_TASKS);
  const names = shown.map(({ place }) => labels.of(place));
  const hasLabels = names.some((name) => name !== "");
  const rows = shown.map((task, at) => [
    task.task,
    task.index ?? "",
    ...(hasLabels ? [names[at] ?? ""] : []),
    chip(task.status),
    task.isReused ? "reused" : task.attempts.length,
    task.finishedAt === null ? "" : durationText(task.finishedAt - task.startedAt),
    errorLine(task.error),
  ]);
  const left = tasks.length - shown.length;
  const body = markup`<h4>${step.pathspec}</h4>
    ${step.doc === null ? NOTHING : markup`<div>${step.doc}</div>`}
    ${tasks.length === 0 ? markup`<div class="dim">no task has started</div>` : table(["task", "index", ...(hasLabels ? ["label"] : []), "status", "attempts", "took", "error"], rows, hasLabels ? [0, 1, 4, 5] : [0, 1, 3, 4])}
    ${left > 0 ? markup`<div class="dim">… and ${left} more</div>` : NOTHING}`;
  return page({ text: `${inspect(step)}  ${tasks.length} tasks`, body });
}
