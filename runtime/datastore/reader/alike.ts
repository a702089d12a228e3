import type { TaskSummary } from "./run-summary.ts";
import { frameKey } from "./frame-key.ts";

/** Failed tasks whose errors came from one place, in the order of the first of each; others stand alone. */
export function alike(tasks: readonly TaskSummary[]): readonly (readonly [TaskSummary, ...TaskSummary[]])[] {
  const groups = new Map<string, [TaskSummary, ...TaskSummary[]]>();
  for (const task of tasks) {
    const frame = task.error === null ? null : frameKey(task.error);
    const key = frame === null ? String(task.task) : `${task.error?.name ?? ""}\n${frame}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [task]);
    else group.push(task);
  }
  return [...groups.values()];
}
