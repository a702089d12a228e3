import type { ArtifactTable, AttemptResult } from "../../runtime/datastore/records.ts";
import type { TaskSummary } from "../../runtime/datastore/reader/run-summary.ts";
import type { RunReader } from "./run-reader.ts";

/** This many tasks are read ahead where each look is a request. */
const TASKS_AHEAD = 64;
/** Hundreds of labels lie in one blob. */
const LABELS_AHEAD = 4096;

/**
 * Tasks in the order of a list. Who reads something of one usually goes on to the next: behind a network it is fetched
 * for a number of them together.
 */
export class TaskWindow {
  readonly #run: RunReader;
  readonly #tasks: readonly TaskSummary[];
  readonly #places: ReadonlyMap<number, number>;
  /** Up to where results and each artifact were announced. */
  #resultsUntil = 0;
  #labelsUntil = 0;
  readonly #artifactsUntil = new Map<string, number>();

  constructor(run: RunReader, tasks: readonly TaskSummary[]) {
    this.#run = run;
    this.#tasks = tasks;
    this.#places = new Map(tasks.map(({ task }, at) => [task, at]));
  }

  /** What the task left to its successors. */
  artifacts(task: TaskSummary): ArtifactTable {
    return this.result(task)?.artifacts ?? {};
  }

  /** Its committed result; null as long as there is none. */
  result(task: TaskSummary): AttemptResult | null {
    if (task.result === null) return null;
    const at = this.#place(task);
    if (this.#run.store.storage.isRemote && at >= this.#resultsUntil) {
      this.#resultsUntil = at + TASKS_AHEAD;
      this.#run.record.ahead(this.#after(at).flatMap(({ result }) => result ?? []));
    }
    return this.#run.record.resultAt(task.result);
  }

  /** Announces the labels of this task and those behind it. */
  willLabel(task: TaskSummary): void {
    const at = this.#place(task);
    if (!this.#run.store.storage.isRemote || at < this.#labelsUntil) return;
    this.#labelsUntil = at + LABELS_AHEAD;
    this.#run.labels.ahead(this.#tasks.slice(at, this.#labelsUntil).map(({ place }) => place));
  }

  /** Announces an artifact of this task and those behind it. */
  willLoad(task: TaskSummary, name: string): void {
    const at = this.#place(task);
    if (!this.#run.store.storage.isRemote || at < (this.#artifactsUntil.get(name) ?? 0)) return;
    this.#artifactsUntil.set(name, at + TASKS_AHEAD);
    const refs = this.#after(at).map((one) => this.artifacts(one)[name]);
    const hashes = refs.flatMap((ref) => (ref === undefined || ref.data !== undefined ? [] : ref.hash));
    if (hashes.length > 1) this.#run.store.blobs.ahead([...new Set(hashes)]);
  }

  #place({ task }: TaskSummary): number {
    return this.#places.get(task) ?? 0;
  }

  #after(at: number): readonly TaskSummary[] {
    return this.#tasks.slice(at, at + TASKS_AHEAD);
  }
}
