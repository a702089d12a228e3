import type { TaskStatus, TaskSummary } from "../../../datastore/reader/run-summary.ts";
import { STATUSES } from "../../api/task-columns.ts";
import type { TaskRow, TasksAnswer } from "../../api/shapes.ts";
import { numberIn, oneIn, textIn } from "../query.ts";
import { type Asked, json, type ApiRoute } from "../api-route.ts";
import { runAsked } from "../task-asked.ts";
import { taskRow } from "../task-row.ts";

export const tasksRoute: ApiRoute = {
  method: "GET",
  path: "/api/runs/:flow/:run/tasks",
  answer(asked) {
    const { tasks } = runAsked(asked).now();
    const { query, served } = asked;
    const limit = Math.max(numberIn(query, "limit", { otherwise: 100, max: 1000 }), 1);
    const after = numberIn(query, "after", { otherwise: 0, max: Number.MAX_SAFE_INTEGER });
    const rest = tasks.slice(after === 0 ? 0 : tasks.findIndex(({ task }) => task === after) + 1);
    const wanted = rest.filter(quickFilter(query));
    const isShown = textFilter(query);
    const found: TaskRow[] = [];
    for (const [at, task] of wanted.entries()) {
      if (at % LABELS_AHEAD === 0) served.labels.ahead(wanted.slice(at, at + LABELS_AHEAD).map(({ place }) => place));
      const row = taskRow(task, served.labels);
      if (isShown(row)) found.push(row);
      // One more than a page tells that there is another page.
      if (found.length > limit) break;
    }
    const rows = found.slice(0, limit);
    const value: TasksAnswer = { tasks: rows, next: found.length > limit ? String(rows.at(-1)?.task) : null };
    return json(value);
  },
};

const LABELS_AHEAD = 1000;

/** What needs no label. */
function quickFilter(query: Asked["query"]): (task: TaskSummary) => boolean {
  const step = textIn(query, "step");
  const status = oneIn<TaskStatus>(query, "status", STATUSES);
  return (task) => task.step === (step ?? task.step) && task.status === (status ?? task.status);
}

function textFilter(query: Asked["query"]): (row: TaskRow) => boolean {
  const [item, text] = ["item", "text"].map((name) => textIn(query, name)?.toLowerCase() ?? null);
  return ({ label, step, task, index, error }) =>
    (item == null || label.toLowerCase().includes(item) || String(index) === item) &&
    (text == null || `${step}/${task} ${label} ${error ?? ""}`.toLowerCase().includes(text));
}
