import type {
  RunEvent,
  TaskFailed,
  TaskReused,
  TaskSource,
  TaskStarted,
  TaskSucceeded,
} from "../../../datastore/run-event.ts";
import { CANCELLED, REUSED, STATUSES, type TaskColumns } from "../../api/task-columns.ts";

type Arrays = { -readonly [Name in Exclude<keyof TaskColumns, "steps" | "cursor">]: TaskColumns[Name] };

const ARRAYS = [
  "task",
  "step",
  "status",
  "attempts",
  "flags",
  "index",
  "readyAt",
  "startedAt",
  "finishedAt",
  "after",
] as const;
const MAX_ATTEMPTS = 255;
const RUNNING = STATUSES.indexOf("running");
const PENDING = STATUSES.indexOf("pending");
const STALE = STATUSES.indexOf("stale");
const FAILED = STATUSES.indexOf("failed");

export interface LiveColumnsOptions {
  /** True for an edge of the flow that is a foreach or a gang. */
  readonly isForeach: (from: string, to: string) => boolean;
}

/** The tasks of a run, kept up to date by the events of its journal that come after their cursor. */
export class LiveColumns {
  readonly #steps: string[];
  readonly #cursor: string;
  readonly #arrays: Arrays;
  readonly #rows = new Map<number, number>();
  readonly #options: LiveColumnsOptions;
  /** By step: what came to it last. */
  readonly #reached = new Map<string, number>();
  #count: number;

  constructor({ steps, cursor, ...arrays }: TaskColumns, options: LiveColumnsOptions) {
    this.#steps = [...steps];
    this.#cursor = cursor;
    this.#arrays = { ...arrays };
    this.#options = options;
    this.#count = arrays.task.length;
    for (const [row, task] of arrays.task.entries()) this.#rows.set(task, row);
  }

  /** The tasks so far; valid until the next event. */
  view(): TaskColumns {
    const parts = ARRAYS.map((name) => [name, this.#arrays[name].subarray(0, this.#count)]);
    return { steps: this.#steps, cursor: this.#cursor, ...(Object.fromEntries(parts) as Arrays) };
  }

  rowOf(task: number): number | undefined {
    return this.#rows.get(task);
  }

  apply(event: RunEvent): void {
    switch (event.type) {
      case "run-started":
        return;
      case "task-started":
        return this.#started(event);
      case "task-reused":
        return this.#reused(event);
      case "task-succeeded":
        return this.#succeeded(event);
      case "task-failed":
        return this.#failed(event);
      case "run-finished":
        return this.#settle();
    }
  }

  #started({ task, step, attempt, source, time }: TaskStarted): void {
    const row = this.#rows.get(task) ?? this.#add({ task, step, source, startedAt: time });
    this.#arrays.attempts[row] = Math.min(attempt + 1, MAX_ATTEMPTS);
    this.#arrays.status[row] = RUNNING;
    this.#arrays.finishedAt[row] = Number.NaN;
  }

  #reused({ task, step, source, startedAt, finishedAt, caught, next }: TaskReused): void {
    const row = this.#rows.get(task) ?? this.#add({ task, step, source, startedAt });
    this.#arrays.finishedAt[row] = finishedAt;
    this.#arrays.flags[row] = REUSED;
    this.#arrays.status[row] = STATUSES.indexOf(caught === undefined ? "succeeded" : "caught");
    if (next.kind === "linear") this.#reached.set(next.target, task);
  }

  #succeeded({ task, time, caught, next }: TaskSucceeded): void {
    const row = this.#rows.get(task);
    if (row === undefined) return;
    this.#arrays.finishedAt[row] = time;
    this.#arrays.status[row] = STATUSES.indexOf(caught === undefined ? "succeeded" : "caught");
    if (next.kind === "linear") this.#reached.set(next.target, task);
  }

  #failed({ task, time, retryAt, isCancelled }: TaskFailed): void {
    const row = this.#rows.get(task);
    if (row === undefined) return;
    this.#arrays.finishedAt[row] = time;
    this.#arrays.status[row] = retryAt === null ? FAILED : PENDING;
    if (isCancelled) this.#arrays.flags[row] = (this.#arrays.flags[row] ?? 0) | CANCELLED;
  }

  /** Of a run that is over, nothing can be under way. */
  #settle(): void {
    const { status } = this.#arrays;
    for (let row = 0; row < this.#count; row += 1) {
      if (status[row] === RUNNING) status[row] = STALE;
      else if (status[row] === PENDING) status[row] = FAILED;
    }
  }

  #add(start: { task: number; step: string; source: TaskSource; startedAt: number }): number {
    const row = this.#count;
    if (row === this.#arrays.task.length) this.#grow();
    this.#count += 1;
    const arrays = this.#arrays;
    const after = this.#parentOf(start);
    const parent = this.#rows.get(after);
    this.#rows.set(start.task, row);
    arrays.task[row] = start.task;
    arrays.step[row] = this.#placeOf(start.step);
    arrays.startedAt[row] = start.startedAt;
    arrays.after[row] = after;
    const ready = parent === undefined ? start.startedAt : (arrays.finishedAt[parent] ?? start.startedAt);
    arrays.readyAt[row] = Number.isNaN(ready) ? start.startedAt : Math.min(ready, start.startedAt);
    arrays.index[row] = this.#indexOf(start);
    arrays.flags[row] = 0;
    return row;
  }

  #parentOf({ source, step }: { source: TaskSource; step: string }): number {
    if (source.kind === "next") return source.after;
    if (source.kind === "child") return source.split;
    return source.kind === "join" ? (this.#reached.get(step) ?? source.split) : 0;
  }

  #indexOf({ source, step }: { source: TaskSource; step: string }): number {
    const indexOf = (task: number): number => this.#arrays.index[this.#rows.get(task) ?? -1] ?? -1;
    if (source.kind === "next") return indexOf(source.after);
    if (source.kind === "join") return indexOf(source.split);
    if (source.kind !== "child") return -1;
    const row = this.#rows.get(source.split);
    const from = row === undefined ? "" : (this.#steps[this.#arrays.step[row] ?? 0] ?? "");
    return this.#options.isForeach(from, step) ? source.index : indexOf(source.split);
  }

  #placeOf(step: string): number {
    const at = this.#steps.indexOf(step);
    return at >= 0 ? at : this.#steps.push(step) - 1;
  }

  #grow(): void {
    const size = Math.max(this.#count * 2, 256);
    const grown = ARRAYS.map((name) => {
      const array = this.#arrays[name];
      const Kind = array.constructor as new (size: number) => typeof array;
      const larger = new Kind(size);
      larger.set(array);
      return [name, larger];
    });
    Object.assign(this.#arrays, Object.fromEntries(grown));
  }
}
