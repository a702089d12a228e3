import type { RunRecord } from "../../datastore/run-record.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import type { TaskSpec } from "../../task/task-spec.ts";

/** What a process that is gone committed as this attempt before it could say so; null if it did not come so far. */
export function committedOutcome(
  record: RunRecord,
  { spec, pid }: { spec: TaskSpec; pid: number },
): TaskOutcome | null {
  let outcome: TaskOutcome | null = null;
  for (const { result, locator } of record.committed({ by: pid })) {
    const { task, attempt, next, error, repeats, metrics } = result;
    // What repeats a result of the cache counts only if the journal names it.
    if (task !== spec.task || attempt !== spec.attempt || next === null || repeats !== undefined) continue;
    const common = { next, result: locator, ...(metrics === undefined ? {} : { metrics }) };
    outcome = error === null ? { status: "succeeded", ...common } : { status: "caught", ...common, error };
  }
  return outcome;
}
