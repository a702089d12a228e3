import type { TaskSummary } from "../../../../datastore/reader/run-summary.ts";

/** What is looked for stands first. */
const RANKS = 6;

function rankOf({ status, isCancelled, isReused }: TaskSummary): number {
  if (status === "failed") return isCancelled ? 4 : 0;
  if (status === "running" || status === "stale") return 1;
  if (status === "pending") return 2;
  if (status === "caught") return 3;
  return isReused ? RANKS : 5;
}

/** The tasks of a run in the order in which people look for them: failed, running, waiting, caught, stopped, done, reused. */
export class TaskOrder {
  readonly #byRank: readonly Set<number>[] = Array.from({ length: RANKS + 1 }, () => new Set<number>());
  readonly #rankOf = new Map<number, number>();
  #all: readonly number[] | null = null;

  /** The task is new, or its status changed. */
  changed(task: TaskSummary): void {
    const rank = rankOf(task);
    const before = this.#rankOf.get(task.task);
    if (before === rank) return;
    if (before !== undefined) this.#byRank[before]?.delete(task.task);
    this.#byRank[rank]?.add(task.task);
    this.#rankOf.set(task.task, rank);
    this.#all = null;
  }

  /** Numbers of tasks; the same array as long as nothing changes. */
  all(): readonly number[] {
    return (this.#all ??= this.#byRank.flatMap((tasks) => [...tasks]));
  }

  get failed(): number {
    return this.#byRank[0]?.size ?? 0;
  }
}
