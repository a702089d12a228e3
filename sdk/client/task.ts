import { askedNeeds } from "../../runtime/datastore/reader/step-usage.ts";
import { inspect } from "node:util";
import type { ErrorRecord } from "../../runtime/datastore/records.ts";
import { checkStep, taskIn } from "../../runtime/datastore/reader/resolve-pathspec.ts";
import type { TaskStatus, TaskSummary } from "../../runtime/datastore/reader/run-summary.ts";
import type { ForeachFrame, GpuUse } from "../base/host.ts";
import { Artifact } from "./artifact.ts";
import { type Card, cardsOfTask } from "./card.ts";
import { type Attempt, attemptsOf } from "./attempt.ts";
import type { ClientOptions } from "./client-options.ts";
import { lazyData, noArtifact, type RunData } from "./lazy-data.ts";
import { type Metrics, metricsOf } from "./metrics.ts";
import { find, taskNumber } from "./find.ts";
import { DISPLAY, type MimeBundle, refuseNew } from "./mime-bundle.ts";
import { type LogStream, type TaskLogs, taskLogs } from "./task-logs.ts";
import type { RunReader } from "./run-reader.ts";
import { TaskReader } from "./task-reader.ts";
import { TaskWindow } from "./task-window.ts";
import { type Used, usedBy } from "./used.ts";
import { visibleLine } from "../base/visible.ts";

/** What {@link Task.metrics} takes. */
export interface MetricsOptions {
  /** From 0. @defaultValue the latest */
  readonly attempt?: number | undefined;
}

/** What {@link Task.cards} takes. */
export interface CardsOptions {
  /** From 0. @defaultValue the latest */
  readonly attempt?: number | undefined;
}

/** What {@link Task.logs} takes beside the stream. */
export interface LogsOptions {
  /** From 0. @defaultValue the latest */
  readonly attempt?: number | undefined;
}

/** What {@link Task.progress} gives. */
export interface ToldProgress {
  /** From 0 to 1. */
  readonly fraction: number;
  /** What the task is at, in one line; empty where it said nothing. */
  readonly note: string;
  /** When it was told. */
  readonly time: Date;
}

/**
 * One execution of a step, as it stood when it was read.
 *
 * @example
 * ```ts
 * const task = await Task.get<RecSysFlow>("RecSysFlow/latest/fitB/2");
 * if (task.status === "failed") console.log(task.error?.message, await task.logs("stderr"));
 * else console.log(await task.data.score);
 * ```
 */
export class Task<Flow = unknown> {
  /** The task's artifacts and the run's parameters, one promise each. */
  readonly data: RunData<Flow>;
  readonly #reader: TaskReader;

  /** @internal */
  constructor(reader: TaskReader) {
    refuseNew(reader, { by: TaskReader, type: "Task" });
    this.#reader = reader;
    this.data = lazyData(reader);
  }

  /**
   * Opens one task.
   *
   * @param pathspec - `Flow/run/step/task`; the run may be `latest`, or the beginning or end of its id
   * @throws MillraceError that names the nearest, if there is no such flow, run, step or task
   *
   * @example
   * ```ts
   * const task = await Task.get<RecSysFlow>("RecSysFlow/latest/fitB/2");
   * console.log(task.status, task.attempt);
   * ```
   */
  static async get<Flow = unknown>(pathspec: string, options: ClientOptions = {}): Promise<Task<Flow>> {
    await Promise.resolve();
    const { reader, step, task } = find(pathspec, "task", options);
    const number = taskNumber(task, pathspec);
    const run = reader.summary();
    checkStep(run, step);
    return new Task(new TaskReader(reader, { summary: taskIn(run, { step, task: number }) }));
  }

  /** The task's number within its run. */
  get id(): string {
    return String(this.#reader.summary.task);
  }

  /** `Flow/run/step/task` */
  get pathspec(): string {
    return this.#reader.pathspec;
  }

  /** The step's name. */
  get step(): string {
    return this.#reader.summary.step;
  }

  /** Place in the innermost foreach or gang around it; null outside of one. */
  get index(): number | null {
    return this.#reader.summary.index;
  }

  /**
   * What tells the task apart in its foreach: the property of the item that `label` names, else a short preview of the
   * item. Labels of nested foreaches stand behind each other (`VIE › 3`). Empty outside of a foreach.
   */
  get label(): string {
    return this.#reader.label();
  }

  /**
   * The item that the task received; undefined outside of a foreach.
   *
   * @example
   * ```ts
   * const task = await Task.get("RecSysFlow/latest/fitB/2");
   * console.log(task.label, await task.input);
   * ```
   */
  get input(): Promise<unknown> {
    return Promise.resolve().then(() => this.#reader.input());
  }

  /** The foreaches around the task, outermost first, as `this.foreachStack()` gave them to the step. */
  get foreachStack(): Promise<readonly ForeachFrame[]> {
    return Promise.resolve().then(() => this.#reader.frames());
  }

  /**
   * What the task told last with `current.progress`; null if it told nothing or does not run.
   *
   * @example
   * ```ts
   * const task = await Task.get("RecSysFlow/latest/fitB/2");
   * const told = await task.progress;
   * if (told !== null) console.log(`${Math.round(told.fraction * 100)} %`, told.note, told.time);
   * ```
   */
  get progress(): Promise<ToldProgress | null> {
    return Promise.resolve().then(() => {
      const told = this.#reader.progress();
      return told === null ? null : { fraction: told.fraction, note: told.note, time: new Date(told.time) };
    });
  }

  /** The latest attempt, from 0. */
  get attempt(): number {
    return this.#reader.summary.attempt;
  }

  /** How far the task is; `caught` if `@catchError` stored its error. */
  get status(): TaskStatus {
    return this.#reader.summary.status;
  }

  /** The latest failure, unless a later attempt succeeded; for a caught task the error that was caught. */
  get error(): ErrorRecord | null {
    return this.#reader.summary.error;
  }

  /** Start of the first attempt; of a reused task, when it really ran. */
  get startedAt(): Date {
    return new Date(this.#reader.summary.startedAt);
  }

  /** When the last attempt ended; null while it runs. */
  get finishedAt(): Date | null {
    const { finishedAt } = this.#reader.summary;
    return finishedAt === null ? null : new Date(finishedAt);
  }

  /** True if a resumed run took it over from an earlier one. */
  get isReused(): boolean {
    return this.#reader.summary.isReused;
  }

  /**
   * What the latest attempt used; null while none is over. Of a reused task it is what it used in the run that it ran in.
   *
   * @example
   * ```ts
   * const task = await Task.get("RecSysFlow/latest/fitB/2");
   * console.log(task.usage?.peakMemoryMb, task.usage?.wallMs);
   * ```
   */
  get usage(): Used | null {
    return usedBy(this.#reader);
  }

  /** What kernels of `millrace/gpu` did, and on what they really ran; null if it called none, or has not succeeded. */
  get gpu(): GpuUse | null {
    return this.#reader.gpu();
  }

  /** Names of all that {@link Task.data} holds, sorted; read from the record when it is asked for first. */
  get artifactNames(): readonly string[] {
    return Object.keys(this.#reader.table()).sort();
  }

  /** What the task left to its successors, and the run's parameters, by name; no value is loaded. */
  async artifacts(): Promise<readonly Artifact[]> {
    await Promise.resolve();
    return this.artifactNames.map((name) => new Artifact(this.#reader.artifact(name)));
  }

  /**
   * One of them.
   * @throws MillraceError `MILLRACE_NO_ARTIFACT` if it left none of that name
   */
  async artifact<T = unknown>(name: string): Promise<Artifact<T>> {
    await Promise.resolve();
    if (!Object.hasOwn(this.#reader.table(), name)) throw noArtifact(name, this.#reader);
    return new Artifact(this.#reader.artifact(name));
  }

  /**
   * What the task wrote: `await` gives the text, `.lines()` the lines with their times.
   *
   * @throws MillraceError when awaited, if there was no such attempt
   *
   * @example
   * ```ts
   * const task = await Task.get("RecSysFlow/latest/fitB/2");
   * console.log(await task.logs("stdout", { attempt: 0 }));
   * ```
   */
  logs(stream: LogStream | "both" = "both", options: LogsOptions = {}): TaskLogs {
    return taskLogs(this.#reader, { stream, attempt: options.attempt });
  }

  /**
   * What the task logged with `current.log`, by name; empty if it logged nothing. Of a task that runs it is all so far.
   *
   * @throws MillraceError `MILLRACE_PATHSPEC` if there was no such attempt
   *
   * @example
   * ```ts
   * const task = await Task.get("RecSysFlow/latest/fitB/2");
   * const { loss } = await task.metrics();
   * console.log(loss?.steps, loss?.values);
   * ```
   */
  async metrics(options: MetricsOptions = {}): Promise<Metrics> {
    await Promise.resolve();
    return metricsOf(this.#reader, options.attempt);
  }

  /**
   * The cards that the step declares with `@card`, as they stand now; none without. A notebook shows a card that is the
   * last value of a cell.
   *
   * @throws MillraceError `MILLRACE_PATHSPEC` if there was no such attempt
   *
   * @example
   * ```ts
   * import { writeFile } from "node:fs/promises";
   *
   * const task = await Task.get("RecSysFlow/latest/fitB/2");
   * for (const card of await task.cards()) await writeFile(`${card.id}.html`, await card.html());
   * ```
   */
  async cards(options: CardsOptions = {}): Promise<readonly Card[]> {
    await Promise.resolve();
    return cardsOfTask(this.#reader, options.attempt);
  }

  /** All attempts, oldest first; those of a reused task are the ones of the run that it ran in. */
  async attempts(): Promise<readonly Attempt[]> {
    await Promise.resolve();
    return attemptsOf(this.#reader);
  }

  /** The tasks that led to this one; those of a join in split order. */
  async parents(): Promise<readonly Task<Flow>[]> {
    await Promise.resolve();
    const index = this.#reader.run.index();
    return this.#related(index.lineage.parents(this.#reader.summary.task));
  }

  /** The tasks that this one led to, as far as they have started. */
  async children(): Promise<readonly Task<Flow>[]> {
    await Promise.resolve();
    const index = this.#reader.run.index();
    return this.#related(index.lineage.children(this.#reader.summary.task));
  }

  /** @internal */
  async [DISPLAY](): Promise<MimeBundle> {
    const { taskPage } = await import("./display/task-page.ts");
    const { run, summary } = this.#reader;
    const asked = askedNeeds([run.summary()], summary);
    return taskPage(this, { attempts: await this.attempts(), asked });
  }

  /** @internal */
  [inspect.custom](): string {
    const label = this.label === "" ? "" : `  ${this.label}`;
    const at = this.index === null ? "" : `  index ${this.index}`;
    const why = this.error === null ? "" : `  ${this.error.name}: ${this.error.message.split("\n", 1)[0] ?? ""}`;
    return visibleLine(`Task ${this.pathspec}${label}  ${this.status}${at}${why}`);
  }

  #related(numbers: readonly number[]): Task<Flow>[] {
    const { run } = this.#reader;
    const index = run.index();
    const summaries = numbers.flatMap((number) => index.find(number) ?? []);
    return [...tasksOf<Flow>(run, summaries)];
  }
}

/** The tasks as a list gives them, made one by one. */
export function* tasksOf<Flow>(run: RunReader, summaries: readonly TaskSummary[]): Generator<Task<Flow>> {
  const window = new TaskWindow(run, summaries);
  for (const summary of summaries) yield new Task(new TaskReader(run, { summary, window }));
}
