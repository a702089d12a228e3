import type { TaskRow, TasksAnswer } from "../../api/shapes.ts";
import type { PageQuery } from "../address/addresses.ts";

/** The tasks of an export that a query asks for; a server filters by itself. */
export function filterTasks(answer: TasksAnswer, query: PageQuery): TasksAnswer {
  const wanted = (name: string): string => (typeof query[name] === "string" ? query[name] : "");
  const item = wanted("item").toLowerCase();
  const text = wanted("text").toLowerCase();
  const isAskedFor = (task: TaskRow): boolean =>
    [task.step, ""].includes(wanted("step")) &&
    [task.status, ""].includes(wanted("status")) &&
    (item === "" || task.label.toLowerCase().includes(item) || String(task.index) === item) &&
    (text === "" || `${task.step}/${task.task} ${task.label} ${task.error ?? ""}`.toLowerCase().includes(text));
  return { tasks: answer.tasks.filter(isAskedFor), next: null };
}
