import type { ErrorRecord } from "../../datastore/records.ts";
import type { TaskStarted } from "../../datastore/run-event.ts";
import type { RunRecord } from "../../datastore/run-record.ts";
import type { DoneTask, TaskEvents } from "../../datastore/task-events.ts";
import type { StepNode } from "../../graph/flow-graph.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import type { PlacedTask } from "./task-place.ts";
import type { Concludes } from "./told-task.ts";
import { recordCommitted } from "./record-committed.ts";
import { taskNumber } from "./task-number.ts";

export interface BeginAttemptOptions {
  readonly events: TaskEvents;
  readonly record: RunRecord;
  readonly node: StepNode;
  readonly task: PlacedTask;
  readonly concludes: Concludes;
}

/** What there is to do for whoever asks for the task. */
export type AttemptTurn =
  | { readonly kind: "run"; readonly start: TaskStarted; readonly spec: TaskSpec; readonly interruptions: number }
  | { readonly kind: "done"; readonly done: DoneTask }
  /** Nothing can follow. */
  | { readonly kind: "failed"; readonly error: ErrorRecord };

/**
 * Claims the next attempt of a task: the first number that none has. One before it without an end has died, or goes on
 * unseen; if it has committed a result, the task is done.
 */
export function beginAttempt(of: BeginAttemptOptions): AttemptTurn {
  const { events, node, task, concludes } = of;
  const number = taskNumber(task.path);
  const retries = node.settings.retry?.times ?? 0;
  const { step, path, source } = task;
  let interruptions = 0;
  let lastError: ErrorRecord | null = null;
  for (let attempt = 0; ; attempt += 1) {
    const start: TaskStarted = { type: "task-started", time: Date.now(), task: number, step, attempt, source, path };
    if (events.started(start)) {
      // Where a target says when, one that is beyond was started beside others: they may still do it.
      const isBeyond =
        concludes === "beyond" && node.settings.catchAs !== undefined && attempt - interruptions > retries;
      const caught = concludes === "now" || isBeyond ? (lastError ?? UNHEARD) : null;
      const isLastAttempt = attempt - interruptions >= retries;
      const { inputs, stack, gang } = task;
      return {
        ...{ kind: "run", start, interruptions },
        spec: { task: number, attempt, step, path, isLastAttempt, inputs, stack, gang, caught },
      };
    }
    const failure = events.failureOf(path, attempt);
    if (failure === null) {
      const done = events.endOf(path) ?? recordCommitted(of, events.startOf(path, attempt) ?? start);
      if (done !== null) return { kind: "done", done };
      lastError = lost(events, start);
    } else {
      if (failure.retryAt === null) return { kind: "failed", error: failure.error };
      if (failure.isInterruption === true) interruptions += 1;
      lastError = failure.error;
    }
  }
}

const UNHEARD: ErrorRecord = { name: "Error", message: "all attempts of the task ended without a word" };

function lost(events: TaskEvents, next: TaskStarted): ErrorRecord {
  const { task, attempt, path, time } = next;
  const error = { name: "Error", message: "its process ended without a word, or another attempt took its place" };
  const start = events.startOf(path, attempt) ?? next;
  events.failed(start, { type: "task-failed", time, task, attempt, error, retryAt: time, isCancelled: false });
  return error;
}
