import type { LastValues } from "../../datastore/last-values.ts";
import type { ErrorRecord, RunDocument } from "../../datastore/records.ts";
import { TaskEventTail } from "../../datastore/reader/task-event-tail.ts";
import type { RunEvent, RunFinished, TaskFailed, TaskStarted } from "../../datastore/run-event.ts";
import { journalKey } from "../../datastore/run-keys.ts";
import type { Storage } from "../../datastore/storage.ts";
import { nodeOf } from "../../graph/flow-graph.ts";

export interface WholeJournal {
  readonly events: readonly RunEvent[];
  /** What tasks logged last, by their number. */
  readonly metrics: ReadonlyMap<number, LastValues>;
}

export interface WholeJournalOptions {
  /** Why it was asked to stop; null where nobody asked. */
  readonly stopped: string | null;
  /** Records what an attempt has committed that did not come to say so; false where it has committed nothing. */
  recover(start: TaskStarted): boolean;
}

/** The journal of a run that is over, of what its tasks recorded; null where it has one. */
export function wholeJournal(
  storage: Storage,
  document: RunDocument,
  { stopped, recover }: WholeJournalOptions,
): WholeJournal | null {
  if (storage.has(journalKey(document))) return null;
  const first = readTasks(storage, document);
  const isMore = first.open.filter((start) => recover(start)).length > 0;
  const { events: recorded, open, metrics } = isMore ? readTasks(storage, document) : first;
  // A run that stops has no further attempts, and those before it are not to blame.
  const told = stopped === null ? withoutRetries(recorded) : recorded;
  const time = Date.now();
  const hasEnded = told.some((event) => event.type === "task-succeeded" && event.next.kind === "end");
  const hasCause = told.some((event) => event.type === "task-failed" && event.retryAt === null && !event.isCancelled);
  const begun: readonly RunEvent[] = told.length > 0 ? told : [{ type: "run-started", time: document.createdAt }];
  // What was under way is the reason, unless there is another.
  const isKnown = hasEnded || hasCause || stopped !== null;
  const ends = open.map((start) => (isKnown ? cancelled(start, time) : unheard(start, { document, time })));
  const end = ((): Pick<RunFinished, "status" | "reason"> => {
    if (hasEnded) return { status: "succeeded", reason: null };
    if (hasCause) return { status: "failed", reason: null };
    const unsaid = open.length > 0 ? null : "its execution ended before its last step";
    return { status: "failed", reason: stopped ?? unsaid };
  })();
  return { events: [...begun, ...ends, { type: "run-finished", time, ...end }], metrics };
}

/** What the tasks of a run have recorded so far. */
export function readTasks(storage: Storage, document: RunDocument): WholeJournal & { readonly open: TaskStarted[] } {
  const metrics = new Map<number, LastValues>();
  const tail = new TaskEventTail(storage, document, (record) => {
    if (record.metrics !== undefined) metrics.set(record.start.task, record.metrics);
  });
  const events = tail.next();
  return { events, metrics, open: tail.open() };
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
