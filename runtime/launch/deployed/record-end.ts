import type { StepSettings } from "../../../sdk/base/step-settings.ts";
import type { ErrorRecord } from "../../datastore/records.ts";
import type { TaskFailed, TaskStarted } from "../../datastore/run-event.ts";
import type { DoneTask, TaskEvents } from "../../datastore/task-events.ts";
import { decideRetry } from "../../scheduler/decide-retry.ts";
import { systemClock } from "../../task/clock.ts";
import { soundUsage } from "../../task/sound-usage.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";

export interface RecordEndOptions {
  readonly start: TaskStarted;
  readonly interruptions: number;
  readonly outcome: TaskOutcome;
  readonly settings: StepSettings;
  readonly stoppedBy: StoppedBy;
  readonly time: number;
}

/** `request`: somebody asked the run to stop. `target`: what started the process told it to end, and may start it again. */
export type StoppedBy = "request" | "target" | null;

export type RecordedEnd =
  { readonly kind: "done"; readonly done: DoneTask } | { readonly kind: "failed"; readonly error: ErrorRecord };

/** Records how an attempt ended. Of several that commit, the first one counts: the others are told how that went. */
export function recordEnd(events: TaskEvents, of: RecordEndOptions): RecordedEnd {
  const { start, outcome, time } = of;
  const { task, attempt, path } = start;
  const used = outcome.usage === undefined ? {} : { usage: soundUsage(outcome.usage) };
  if (outcome.status === "failed") {
    events.failed(start, { type: "task-failed", time, task, attempt, error: outcome.error, ...after(of), ...used });
  } else {
    const { result, next, metrics } = outcome;
    const caught = outcome.status === "caught" ? { caught: outcome.error } : {};
    const end = { type: "task-succeeded", time, task, attempt, result, next, ...caught, ...used } as const;
    if (events.done(start, end, metrics)) return { kind: "done", done: { start, end } };
  }
  const done = events.endOf(path);
  if (done !== null) return { kind: "done", done };
  const error = outcome.status === "failed" ? outcome.error : { name: "Error", message: "its commit is not there" };
  return { kind: "failed", error };
}

type Following = Pick<TaskFailed, "retryAt" | "isCancelled" | "isInterruption">;

/** The target tries again by itself, as often as the step says; what says that it need not is recorded. */
function after({ outcome, settings, start, interruptions, stoppedBy, time }: RecordEndOptions): Following {
  if (outcome.status !== "failed") return { retryAt: null, isCancelled: false };
  if (stoppedBy === "request") return { retryAt: null, isCancelled: true };
  if (stoppedBy === "target") return { retryAt: time, isCancelled: false, isInterruption: true };
  const { attempt } = start;
  const random = () => systemClock.random();
  const { retryAt, isInterruption } = decideRetry({ attempt, interruptions, outcome, settings, time, random });
  return { retryAt, isCancelled: false, ...(isInterruption ? { isInterruption } : {}) };
}
