import type { RunSummary, TaskSummary } from "../../datastore/reader/run-summary.ts";
import { CANCELLED, REUSED, STATUSES, type TaskColumns } from "../api/task-columns.ts";

const MAX_ATTEMPTS = 255;

/** The tasks of a run as columns. */
export function columnsOf({ document, tasks, startedAt }: RunSummary, cursor: string): TaskColumns {
  const steps = document.graph.steps.map(({ name }) => name);
  const places = new Map(steps.map((name, at) => [name, at]));
  const statuses = new Map(STATUSES.map((name, at) => [name, at]));
  const count = tasks.length;
  const columns: TaskColumns = {
    steps,
    cursor,
    task: new Uint32Array(count),
    step: new Uint16Array(count),
    status: new Uint8Array(count),
    attempts: new Uint8Array(count),
    flags: new Uint8Array(count),
    index: new Int32Array(count),
    readyAt: new Float64Array(count),
    startedAt: new Float64Array(count),
    finishedAt: new Float64Array(count),
    after: new Uint32Array(count),
  };
  const waits = new Waits(startedAt);
  for (const [at, task] of tasks.entries()) {
    const { after, readyAt } = waits.add(task);
    columns.task[at] = task.task;
    columns.step[at] = places.get(task.step) ?? 0;
    columns.status[at] = statuses.get(task.status) ?? 0;
    columns.attempts[at] = Math.min(task.attempts.length, MAX_ATTEMPTS);
    columns.flags[at] = (task.isReused ? REUSED : 0) + (task.isCancelled ? CANCELLED : 0);
    columns.index[at] = task.index ?? -1;
    columns.readyAt[at] = readyAt;
    columns.startedAt[at] = task.startedAt;
    columns.finishedAt[at] = task.finishedAt ?? NaN;
    columns.after[at] = after;
  }
  return columns;
}

/** What a task waited for last. */
interface Wait {
  /** The task; 0 where it is none. */
  readonly after: number;
  readonly readyAt: number;
}

/** Finds what each task waited for; tasks are told in the order of their start, which is after the end of those before them. */
class Waits {
  readonly #startedAt: number;
  readonly #ends = new Map<number, number>();
  /** The split around a task, by its number: the task that made it. */
  readonly #splits = new Map<number, number>();
  /** The latest arrival at each join, by the task that split, then by step. */
  readonly #arrivals = new Map<number, Map<string, Wait>>();

  /** @param startedAt - of the run */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  add(task: TaskSummary): Wait {
    const wait = this.#waitOf(task);
    const split = this.#splitOf(task);
    if (split !== undefined) this.#splits.set(task.task, split);
    if (task.finishedAt !== null) this.#ends.set(task.task, task.finishedAt);
    if (split !== undefined && task.finishedAt !== null && task.next !== null && "target" in task.next)
      this.#arrive(split, { step: task.next.target, task: task.task, at: task.finishedAt });
    return wait;
  }

  #waitOf({ source, step }: TaskSummary): Wait {
    switch (source.kind) {
      case "start":
      case "retry":
        return { after: 0, readyAt: this.#startedAt };
      case "next":
        return this.#endOf(source.after);
      case "child":
        return this.#endOf(source.split);
      case "join":
        // Of a foreach without items the splitting task itself led to the join.
        return this.#arrivals.get(source.split)?.get(step) ?? this.#endOf(source.split);
    }
  }

  #splitOf({ source }: TaskSummary): number | undefined {
    switch (source.kind) {
      case "start":
      case "retry":
        return undefined;
      case "next":
        return this.#splits.get(source.after);
      case "child":
        return source.split;
      case "join":
        return this.#splits.get(source.split);
    }
  }

  #endOf(task: number): Wait {
    return { after: task, readyAt: this.#ends.get(task) ?? this.#startedAt };
  }

  #arrive(split: number, { step, task, at }: { step: string; task: number; at: number }): void {
    const arrived = this.#arrivals.get(split) ?? new Map<string, Wait>();
    this.#arrivals.set(split, arrived);
    const latest = arrived.get(step);
    if (latest === undefined || latest.readyAt <= at) arrived.set(step, { after: task, readyAt: at });
  }
}
