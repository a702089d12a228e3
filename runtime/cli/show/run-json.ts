import type { ItemLabels } from "../../datastore/reader/item-labels.ts";
import type { TaskProgressRecord } from "../../datastore/records.ts";
import type { RunHeader, TaskSummary } from "../../datastore/reader/run-summary.ts";
import { withShortPath } from "../../launch/plan/short-path.ts";

/** A run as `--json` shows it; times are milliseconds since 1970. */
export function runJson(run: RunHeader): object {
  const { document } = run;
  return {
    flow: run.flow,
    run: run.run,
    status: run.status,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    durationMs: runDurationMs(run, Date.now()),
    reason: run.reason,
    tags: run.tags,
    originRun: run.originRun,
    username: document.username,
    host: document.host,
    deployment: document.deployment ?? null,
    trigger: document.trigger ?? null,
  };
}

/** What is known of tasks beside the journal. */
export interface TaskLooks {
  readonly labels: ItemLabels;
  readonly progress: ReadonlyMap<number, TaskProgressRecord>;
}

export function taskJson(task: TaskSummary, { labels, progress }: TaskLooks): object {
  const { next, source, error, attempts, place, ...rest } = task;
  const shortened = {
    error: withShortPath(error),
    attempts: attempts.map((one) => ({ ...one, error: withShortPath(one.error) })),
  };
  return {
    ...rest,
    label: labels.of(place),
    progress: progressJson(progress.get(task.task)),
    ...shortened,
    source,
    next: next?.kind ?? null,
  };
}

function progressJson(told: TaskProgressRecord | undefined): object | null {
  return told === undefined ? null : { fraction: told.fraction, note: told.note, time: told.time };
}

/** Of a run that ended without saying so, until its last sign of life. */
export function runDurationMs(run: RunHeader, now: number): number {
  return (run.status === "running" ? now : run.lastSeenAt) - run.startedAt;
}
