import type { ItemLabels } from "../../../datastore/reader/item-labels.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import { TaskFold } from "../../../datastore/reader/task-fold.ts";
import type { RunEvent } from "../../../datastore/run-event.ts";
import type { RunDocument } from "../../../datastore/records.ts";
import type { TaskLabels } from "../../../launch/run/open-labels.ts";
import type { RunEnding } from "../../progress/ending-lines.ts";

/** What the journal of a run of another process has told so far. */
export class WatchedRun implements TaskLabels {
  readonly #document: RunDocument;
  readonly #labels: ItemLabels;
  readonly #tasks: TaskFold;
  readonly #running = new Set<number>();
  #firstFailure: RunEnding["firstFailure"] = null;
  #failures = 0;
  #ending: RunEnding | null = null;

  constructor(document: RunDocument, labels: ItemLabels) {
    this.#document = document;
    this.#labels = labels;
    this.#tasks = new TaskFold(document);
  }

  apply(event: RunEvent): void {
    this.#tasks.apply(event);
    if (event.type === "task-started") this.#running.add(event.task);
    if (event.type === "task-succeeded" || event.type === "task-failed") this.#running.delete(event.task);
    if (event.type === "task-failed" && event.retryAt === null && !event.isCancelled) {
      const { task, attempt, error } = event;
      this.#failures += 1;
      this.#firstFailure ??= { task, attempt, error, step: this.stepOf(task) };
    }
    if (event.type !== "run-finished") return;
    const { status, reason } = event;
    this.#ending = { status, reason, firstFailure: this.#firstFailure, failures: this.#failures };
  }

  /** How the run ended; null while it goes on. */
  get ending(): RunEnding | null {
    return this.#ending;
  }

  get hasRunning(): boolean {
    return this.#running.size > 0;
  }

  of(task: number): string {
    return this.#labels.of(this.#tasks.find(task)?.place ?? null);
  }

  stepOf(task: number): string {
    return this.#tasks.find(task)?.step ?? "";
  }

  /** The tasks so far, as `status` reads them. */
  summary(): Pick<RunSummary, "run" | "tasks"> {
    return { run: this.#document.run, tasks: this.#tasks.tasks(this.#ending?.status ?? "running") };
  }
}
