import type { ItemPlace } from "./item-place.ts";
import type { TaskSummary } from "./run-summary.ts";
import { parseLocator } from "../records.ts";

/** Where one attempt's output is stored; for a reused task that is in the origin run. */
export interface LogSource {
  readonly flow: string;
  readonly run: string;
  readonly step: string;
  readonly task: number;
  readonly attempt: number;
  /** As the run that is looked at knows the task. */
  readonly name: string;
  /** The innermost foreach around it. */
  readonly place: ItemPlace | null;
}

export function attemptNumbers(task: TaskSummary): number[] {
  return task.isReused ? [task.attempt] : task.attempts.map(({ attempt }) => attempt);
}

/** The logs of a task, the latest attempt's first; or that of one attempt, if there was such an attempt. */
export function sourcesOf(
  run: { readonly flow: string; readonly run: string },
  { task, attempt }: { task: TaskSummary; attempt: number | undefined },
): LogSource[] {
  const wanted = attemptNumbers(task).filter((number) => number === (attempt ?? number));
  const latest = task.status === "caught" || attempt !== undefined ? wanted.reverse() : wanted.slice(-1);
  const at = task.isReused && task.result !== null ? parseLocator(task.result) : { ...task, run: run.run };
  const name = `${task.step}/${task.task}`;
  return latest.map((number) => ({
    flow: run.flow,
    run: at.run,
    step: at.step,
    task: at.task,
    attempt: number,
    name,
    place: task.place,
  }));
}
