import type { TaskStarted } from "../../datastore/run-event.ts";
import type { RunRecord } from "../../datastore/run-record.ts";
import type { DoneTask, TaskEvents } from "../../datastore/task-events.ts";

/**
 * Records what an attempt committed before its process could say so: it must not be done again. Null where it committed
 * nothing.
 */
export function recordCommitted(
  { events, record }: { readonly events: TaskEvents; readonly record: RunRecord },
  start: TaskStarted,
): DoneTask | null {
  const { task, attempt, path } = start;
  for (const { result, locator } of record.committed({ by: task })) {
    // What repeats a result of the cache counts only where it was told.
    if (result.task !== task || result.attempt !== attempt || result.next === null || result.repeats !== undefined)
      continue;
    const { next, error, finishedAt: time, metrics } = result;
    const caught = error === null ? {} : { caught: error };
    events.done(start, { type: "task-succeeded", time, task, attempt, result: locator, next, ...caught }, metrics);
    return events.endOf(path);
  }
  return null;
}
