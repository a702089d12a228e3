import { inspect } from "node:util";
import { hasCode } from "../base/millrace-error.ts";
import { type ErrorRecord, parseLocator } from "../../runtime/datastore/records.ts";
import type { TaskUsage } from "../../runtime/datastore/run-event.ts";
import type { AttemptSummary } from "../../runtime/datastore/reader/run-summary.ts";
import { type Metrics, metricsOf } from "./metrics.ts";
import { type LogStream, type TaskLogs, taskLogs } from "./task-logs.ts";
import { TaskReader } from "./task-reader.ts";
import { visibleLine } from "../base/visible.ts";

/**
 * One try of a task: `@retry` and a resume make several.
 *
 * @example
 * ```ts
 * const task = await Task.get("RecSysFlow/latest/fitB/2");
 * for (const attempt of await task.attempts()) console.log(attempt.number, attempt.status, await attempt.logs("stderr"));
 * ```
 */
export class Attempt {
  /** From 0. */
  readonly number: number;
  /** How the attempt ended. */
  readonly status: AttemptSummary["status"];
  /** When the attempt started. */
  readonly startedAt: Date;
  /** When the attempt ended; null while it runs. */
  readonly finishedAt: Date | null;
  /** Why the attempt failed; null if it did not. */
  readonly error: ErrorRecord | null;
  /** Processor time and peak memory of the process; null while the attempt runs, and where its process could not tell. */
  readonly usage: TaskUsage | null;
  readonly #task: TaskReader;

  /** @internal */
  constructor(task: TaskReader, summary: AttemptSummary) {
    this.number = summary.attempt;
    this.status = summary.status;
    this.startedAt = new Date(summary.startedAt);
    this.finishedAt = summary.finishedAt === null ? null : new Date(summary.finishedAt);
    this.error = summary.error;
    this.usage = summary.usage;
    this.#task = task;
  }

  /** What this attempt wrote. */
  logs(stream: LogStream | "both" = "both"): TaskLogs {
    return taskLogs(this.#task, { stream, attempt: this.number });
  }

  /** What this attempt logged with `current.log`, by name. */
  async metrics(): Promise<Metrics> {
    await Promise.resolve();
    return metricsOf(this.#task, this.number);
  }

  /** @internal */
  [inspect.custom](): string {
    const why = this.error === null ? "" : `  ${this.error.name}: ${this.error.message.split("\n", 1)[0] ?? ""}`;
    return visibleLine(`Attempt ${this.number} of ${this.#task.pathspec}  ${this.status}${why}`);
  }
}

export function attemptsOf(task: TaskReader): readonly Attempt[] {
  const { attempts, isReused, result } = task.summary;
  if (!isReused || result === null) return attempts.map((one) => new Attempt(task, one));
  const origin = taskOfOrigin(task, result);
  if (origin !== null) return origin.summary.attempts.map((one) => new Attempt(origin, one));
  const { attempt, status, startedAt, finishedAt, error } = task.summary;
  const known = {
    attempt,
    status: status === "pending" ? "stale" : status,
    startedAt,
    finishedAt,
    error,
    usage: null,
  } as const;
  return [new Attempt(task, known)];
}

/** The task in the run that executed it; null where that run is gone. */
export function taskOfOrigin(task: TaskReader, result: string): TaskReader | null {
  const at = parseLocator(result);
  try {
    const run = task.run.origin(at.run);
    const summary = run.index().find(at.task);
    return summary === undefined ? null : new TaskReader(run, { summary });
  } catch (error) {
    if (hasCode(error, "MILLRACE_UNKNOWN_RUN")) return null;
    throw error;
  }
}
