import path from "node:path";
import type { Datastore } from "../../../datastore/datastore.ts";
import { LogTail } from "../../../datastore/reader/log-tail.ts";
import { RunFollower } from "../../../datastore/reader/read-run.ts";
import type { ResolvedPathspec } from "../../../datastore/reader/resolve-pathspec.ts";
import type { RunStatus, RunSummary, TaskSummary } from "../../../datastore/reader/run-summary.ts";
import { FolderChanges } from "../../../datastore/reader/folder-changes.ts";
import type { LogPrinter } from "./log-printer.ts";
import { attemptNumbers, type LogSource, sourcesOf } from "../../../datastore/reader/log-source.ts";

export interface FollowLogsOptions {
  readonly chosen: ResolvedPathspec;
  readonly printer: LogPrinter;
  readonly attempt: number | undefined;
}

/** Prints output as it is stored, until the task asked for or the run is over; then says how the run stands. */
export async function followLogs(store: Datastore, options: FollowLogsOptions): Promise<RunStatus> {
  const { flow, run } = options.chosen.run;
  const follower = new RunFollower(store, { flow, run });
  const logs = new GrowingLogs(store, options);
  const changes = new FolderChanges();
  const { folder } = store.storage;
  const steps = options.chosen.step === null ? stepNames(options.chosen.run) : [options.chosen.step];
  const places = ["", "logs", ...steps.map((step) => path.join("logs", step))];
  const folders = folder === null ? [] : places.map((place) => path.join(folder, "flows", flow, run, place));
  try {
    for (;;) {
      // First watch, then read: what comes after the reading wakes us.
      changes.watch(folders);
      const summary = follower.update();
      if (await logs.print(summary)) return summary.status;
      await changes.next();
    }
  } finally {
    changes.close();
  }
}

/** The logs that are followed; each is left alone once its attempt has ended. */
class GrowingLogs {
  readonly #store: Datastore;
  readonly #options: FollowLogsOptions;
  readonly #tails = new Map<string, LogTail>();
  readonly #ended = new Set<string>();
  /** What ran before we came: of it only the latest attempt is shown. */
  readonly #firstAttempt: ReadonlyMap<number, number>;

  constructor(store: Datastore, options: FollowLogsOptions) {
    this.#store = store;
    this.#options = options;
    this.#firstAttempt = new Map(options.chosen.tasks.map(({ task, attempt }) => [task, attempt]));
  }

  /** Prints what is new; true if nothing more can come. */
  async print(run: RunSummary): Promise<boolean> {
    const { step, task } = this.#options.chosen;
    const tasks = run.tasks.filter((one) => one.step === (step ?? one.step) && one.task === (task ?? one.task));
    for (const one of tasks) await this.#printTask(run, one);
    const isOver = run.status !== "running";
    return isOver || (task !== null && tasks.every(({ status }) => status !== "running" && status !== "pending"));
  }

  async #printTask(run: RunSummary, task: TaskSummary): Promise<void> {
    const from = this.#options.attempt ?? this.#firstAttempt.get(task.task) ?? 0;
    const numbers = attemptNumbers(task).filter((number) => number >= from);
    for (const attempt of numbers) {
      if (attempt !== (this.#options.attempt ?? attempt)) continue;
      const isRunning = task.attempts.some((one) => one.attempt === attempt && one.status === "running");
      for (const source of sourcesOf(run, { task, attempt })) await this.#printSource(source, isRunning);
    }
  }

  async #printSource(source: LogSource, isRunning: boolean): Promise<void> {
    const key = `${source.name} ${source.attempt}`;
    if (this.#ended.has(key)) return;
    const tail = this.#tails.get(key) ?? new LogTail(this.#store.storage, source);
    await this.#options.printer.write(source, tail.next());
    if (isRunning) {
      this.#tails.set(key, tail);
      return;
    }
    this.#options.printer.end(source);
    this.#tails.delete(key);
    this.#ended.add(key);
  }
}

function stepNames(run: RunSummary): string[] {
  return run.document.graph.steps.map(({ name }) => name);
}
