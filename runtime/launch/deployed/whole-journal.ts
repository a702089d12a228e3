import type { LastValues } from "../../datastore/last-values.ts";
import type { ErrorRecord, RunDocument } from "../../datastore/records.ts";
import { TaskEventTail } from "../../datastore/reader/task-event-tail.ts";
import type { RunEvent, TaskFailed, TaskStarted } from "../../datastore/run-event.ts";
import { journalKey } from "../../datastore/run-keys.ts";
import type { Storage } from "../../datastore/storage.ts";
import { nodeOf } from "../../graph/flow-graph.ts";

export interface WholeJournal {
  readonly events: readonly RunEvent[];
  /** What tasks logged last. */
  readonly metrics: readonly LastValues[];
}

/** The journal of a run that is over, of what its tasks recorded; null where it has one. */
export function wholeJournal(storage: Storage, document: RunDocument): WholeJournal | null {
  if (storage.has(journalKey(document))) return null;
  const metrics: LastValues[] = [];
  const tail = new TaskEventTail(storage, document, (record) => {
    if (record.metrics !== undefined) metrics.push(record.metrics);
  });
  const told = withoutRetries(tail.next());
  const time = Date.now();
  const hasEnded = told.some((event) => event.type === "task-succeeded" && event.next.kind === "end");
  const hasCause = told.some((event) => event.type === "task-failed" && event.retryAt === null && !event.isCancelled);
  const begun: readonly RunEvent[] = told.length > 0 ? told : [{ type: "run-started", time: document.createdAt }];
  // What was under way is the reason, unless there is another.
  const open = tail.open();
  const ends = open.map((start) =>
    hasEnded || hasCause ? cancelled(start, time) : unheard(start, { document, time }),
  );
  const reason = hasCause || open.length > 0 ? null : "its execution ended before its last step";
  const end = hasEnded ? ({ status: "succeeded", reason: null } as const) : ({ status: "failed", reason } as const);
  return { events: [...begun, ...ends, { type: "run-finished", time, ...end }], metrics };
}

/** Of tasks that wait for another attempt the last one has failed for good: the target does not try again. */
function withoutRetries(told: readonly RunEvent[]): readonly RunEvent[] {
  const waiting = new Map<number, RunEvent>();
  for (const event of told) {
    if (event.type === "task-failed") waiting.set(event.task, event);
    else if ("task" in event) waiting.delete(event.task);
  }
  if (waiting.size === 0) return told;
  const last = new Set(waiting.values());
  return told.map((event) => (event.type === "task-failed" && last.has(event) ? { ...event, retryAt: null } : event));
}

function unheard(
  { step, ...start }: TaskStarted,
  { document, time }: { document: RunDocument; time: number },
): TaskFailed {
  const { timeoutMs } = nodeOf(document.graph, step).settings;
  const limit = timeoutMs === undefined ? "" : `; its time limit was ${timeoutMs / 1000} s`;
  const error = { name: "Error", message: `its process ended without a word${limit}` };
  return failed(start, { time, error, isCancelled: false });
}

function cancelled(start: TaskStarted, time: number): TaskFailed {
  const error = { name: "AbortError", message: "the run was over before the task" };
  return failed(start, { time, error, isCancelled: true });
}

function failed(
  { task, attempt }: Pick<TaskStarted, "task" | "attempt">,
  how: { readonly time: number; readonly error: ErrorRecord; readonly isCancelled: boolean },
): TaskFailed {
  return { type: "task-failed", task, attempt, retryAt: null, ...how };
}
