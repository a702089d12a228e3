import { numberOf } from "../../runtime/datastore/last-values.ts";
import { sourcesOf } from "../../runtime/datastore/reader/log-source.ts";
import { readMetrics } from "../../runtime/datastore/reader/read-metrics.ts";
import { taskValues } from "../../runtime/datastore/reader/task-values.ts";
import { checkAttempt } from "./check-attempt.ts";
import type { RunReader } from "./run-reader.ts";
import type { TaskReader } from "./task-reader.ts";

/** What a task logged under one name with `current.log`: columns with an element for each call, in the order of the calls. */
export interface Metric {
  /** The place that each value was given, or got by itself: 0, 1, 2, … */
  readonly steps: readonly number[];
  /** The numbers, NaN and Infinity among them. */
  readonly values: readonly number[];
  /** When each was logged, in milliseconds since 1970. */
  readonly times: readonly number[];
}

/** What the tasks of a run logged last under one name: columns with an element for each task that did. */
export interface RunMetric extends Metric {
  /** `step/task`, in the order in which the tasks started. */
  readonly tasks: readonly string[];
}

/** By name. */
export type Metrics = Readonly<Record<string, Metric>>;
/** By name. */
export type RunMetrics = Readonly<Record<string, RunMetric>>;

/** @param attempt - undefined for the latest */
export function metricsOf(task: TaskReader, attempt: number | undefined): Metrics {
  checkAttempt(task, { attempt, what: "metrics" });
  const { flow, run } = task.run.header;
  // An attempt that only concluded the one before it, for `@catchError`, has logged nothing.
  for (const source of sourcesOf({ flow, run }, { task: task.summary, attempt })) {
    const series = readMetrics(task.run.store.storage, source);
    if (series.size > 0) return Object.fromEntries(series);
  }
  return {};
}

export function metricsOfRun(run: RunReader): RunMetrics {
  const all = new Map<string, { tasks: string[]; steps: number[]; values: number[]; times: number[] }>();
  for (const { task, last } of taskValues(run.store.storage, run.summary()))
    for (const [name, { step, value, time }] of Object.entries(last)) {
      const columns = all.get(name) ?? { tasks: [], steps: [], values: [], times: [] };
      all.set(name, columns);
      columns.tasks.push(`${task.step}/${task.task}`);
      columns.steps.push(step);
      columns.values.push(numberOf(value));
      columns.times.push(time);
    }
  return Object.fromEntries(all);
}
