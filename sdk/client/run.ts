import { inspect } from "node:util";
import type { RunEvent } from "../../runtime/datastore/run-event.ts";
import { triggerOf } from "../../runtime/datastore/trigger-of.ts";
import type { RunDeployment } from "../../runtime/datastore/records.ts";
import type { CurrentTrigger } from "../base/host.ts";
import { followRun } from "../../runtime/datastore/reader/follow-run.ts";
import type { RunStatus } from "../../runtime/datastore/reader/run-summary.ts";
import { changeTags, replaceTags } from "../../runtime/datastore/change-tags.ts";
import type { MethodName } from "../inputs.ts";
import type { ClientOptions } from "./client-options.ts";
import type { RunData } from "./lazy-data.ts";
import { find } from "./find.ts";
import { checkTasksOptions, chosenTasks, type TasksOptions } from "./chosen-tasks.ts";
import { metricsOfRun, type RunMetrics } from "./metrics.ts";
import { Listing } from "./listing.ts";
import { DISPLAY, type MimeBundle, refuseNew } from "./mime-bundle.ts";
import { RunCode } from "./run-code.ts";
import type { PricedUsage } from "./priced-usage.ts";
import { reachedEnd, runData, runValues, type RunValues } from "./run-data.ts";
import { RunReader } from "./run-reader.ts";
import { Step } from "./step.ts";
import { type Task, tasksOf } from "./task.ts";
import { visibleLine } from "../base/visible.ts";

/** Names of a flow's steps, where its class is known. */
export type StepName<Flow> = unknown extends Flow ? string : MethodName<Flow>;

/**
 * One run of a flow. Its properties are as they were read last; `refresh()` and whatever reads its tasks bring them up
 * to date.
 *
 * @example
 * ```ts
 * const run = await Run.get<RecSysFlow>("RecSysFlow/latest");
 * console.log(run.id, run.status, run.parameters.factors, await run.data.score);
 * ```
 */
export class Run<Flow = unknown> {
  /** What the last step left, and the parameters: one promise each, loaded when it is asked for. */
  readonly data: RunData<Flow>;
  /**
   * The values that the run had, by name; an included file is its content. Configurations can be read as well, though only
   * parameters are listed. Artifacts are in {@link Run.data}.
   */
  readonly parameters: RunValues<Flow>;
  /** What it executed. */
  readonly code: RunCode;
  readonly #reader: RunReader;

  /** @internal */
  constructor(reader: RunReader) {
    refuseNew(reader, { by: RunReader, type: "Run" });
    this.#reader = reader;
    this.data = runData(reader);
    this.parameters = runValues(reader);
    this.code = new RunCode(reader);
  }

  /**
   * Opens a run.
   *
   * @param pathspec - `Flow/run`: the run's id, its beginning or end, `latest` for the latest of the namespace, `latest~1`
   * for the one before, or `latest:any` for the latest of all
   * @throws MillraceError that names the nearest, if there is no such flow or run; `MILLRACE_NAMESPACE` if it is
   * somebody else's
   *
   * @example
   * ```ts
   * const run = await Run.get<RecSysFlow>("RecSysFlow/latest", { datastore: "s3://bucket/runs" });
   * console.log(run.status);
   * ```
   */
  static async get<Flow = unknown>(pathspec: string, options: ClientOptions = {}): Promise<Run<Flow>> {
    await Promise.resolve();
    return new Run(find(pathspec, "run", options).reader);
  }

  /** The flow's name. */
  get flow(): string {
    return this.#reader.header.flow;
  }

  /** The run's id; ids sort by the time of the start. */
  get id(): string {
    return this.#reader.header.run;
  }

  /** `Flow/run` */
  get pathspec(): string {
    return this.#reader.pathspec;
  }

  /** `stale`: not finished, yet nobody works on it any more. */
  get status(): RunStatus {
    return this.#reader.header.status;
  }

  /** When the run started. */
  get startedAt(): Date {
    return new Date(this.#reader.header.startedAt);
  }

  /** When the run ended; null while it goes on, or if it died. */
  get finishedAt(): Date | null {
    const { finishedAt } = this.#reader.header;
    return finishedAt === null ? null : new Date(finishedAt);
  }

  /** The run's tags, with all changes made since it started. */
  get tags(): readonly string[] {
    return this.#reader.header.tags;
  }

  /** The run that this one resumed. */
  get originRunId(): string | null {
    return this.#reader.header.originRun;
  }

  /** The deployment that started it; null where a person did. */
  get deployment(): RunDeployment | null {
    return this.#reader.header.document.deployment ?? null;
  }

  /** Why its deployment started it, as `current.trigger` says in its steps; null where a person did. */
  get trigger(): CurrentTrigger | null {
    const { trigger } = this.#reader.header.document;
    return trigger === undefined ? null : triggerOf(trigger);
  }

  /** Who started it. */
  get username(): string {
    return this.#reader.header.document.username;
  }

  /** Why it failed, where no single task says so: it was interrupted, … */
  get reason(): string | null {
    return this.#reader.header.reason;
  }

  /** Reads status and tags again. */
  async refresh(): Promise<this> {
    await Promise.resolve();
    this.#reader.refresh();
    return this;
  }

  /** Every step of the flow, in the order of its source, whether it was executed or not. */
  steps(): readonly Step<Flow>[] {
    return this.#reader.header.document.graph.steps.map(({ name }) => new Step(this.#reader, name));
  }

  /** @throws MillraceError `MILLRACE_PATHSPEC` that names the nearest, if the flow has no such step */
  step(name: StepName<Flow>): Step<Flow> {
    return new Step(this.#reader, name);
  }

  /**
   * The tasks of all steps, in the order in which they started; each reading of the list looks anew.
   *
   * @example
   * ```ts
   * const run = await Run.get("RecSysFlow/latest");
   * for await (const task of run.tasks({ status: "failed" })) console.log(task.pathspec, task.error?.message);
   * ```
   */
  tasks(options: Omit<TasksOptions, "order"> = {}): Listing<Task<Flow>> {
    checkTasksOptions(options);
    return new Listing(() => tasksOf<Flow>(this.#reader, chosenTasks(this.#reader.summary().tasks, options)));
  }

  /**
   * The task of the flow's last step.
   * @throws MillraceError `MILLRACE_PATHSPEC` if the run has not reached it
   */
  async endTask(): Promise<Task<Flow>> {
    await Promise.resolve();
    const [task] = tasksOf<Flow>(this.#reader, [reachedEnd(this.#reader)]);
    return task as Task<Flow>;
  }

  /**
   * What each task logged last with `current.log`, by name; also of a run that goes on. `runs --metric` shows the value with
   * the latest time.
   *
   * @example
   * ```ts
   * const run = await Run.get("RecSysFlow/latest");
   * const { loss } = await run.metrics();
   * for (const [at, task] of loss?.tasks.entries() ?? []) console.log(task, loss?.values[at]);
   * ```
   */
  async metrics(): Promise<RunMetrics> {
    await Promise.resolve();
    return metricsOfRun(this.#reader);
  }

  /**
   * What the steps asked for and what their attempts used, in the order of the flow; steps without an attempt that is over
   * are left out.
   *
   * @example
   * ```ts
   * const run = await Run.get("RecSysFlow/latest");
   * for (const { step, asked, memoryMb, cost } of await run.usage())
   *   console.log(step, asked.memoryMb, memoryMb?.max, cost?.amount, cost?.currency);
   * ```
   *
   * What a step cost is told where `millrace.config.json` says what an hour costs.
   *
   * @throws MillraceError `MILLRACE_SETTINGS` for prices that are wrong
   */
  async usage(): Promise<readonly PricedUsage[]> {
    const { pricedUsage } = await import("./priced-usage.ts");
    return pricedUsage(this.#reader);
  }

  /**
   * Adds tags, whoever else changes them at the same time.
   *
   * @returns the tags that the run carries then
   * @throws MillraceError `MILLRACE_TAG` for one that cannot be set by hand
   *
   * @example
   * ```ts
   * const run = await Run.get("RecSysFlow/latest");
   * await run.addTags(["candidate", "reviewed"]);
   * ```
   */
  async addTags(tags: readonly string[]): Promise<readonly string[]> {
    await Promise.resolve();
    return this.#tagged(changeTags(this.#reader.store.storage, this.#reader.header.document, { add: tags }));
  }

  /** Takes tags away; those that Millrace set itself stay. */
  async removeTags(tags: readonly string[]): Promise<readonly string[]> {
    await Promise.resolve();
    return this.#tagged(changeTags(this.#reader.store.storage, this.#reader.header.document, { remove: tags }));
  }

  /** Gives the run these tags in place of all that were set by hand. */
  async replaceTags(tags: readonly string[]): Promise<readonly string[]> {
    await Promise.resolve();
    return this.#tagged(replaceTags(this.#reader.store.storage, this.#reader.header.document, tags));
  }

  /**
   * Every event of the run, from its beginning on; of a run that goes on, as it happens. Ends with `run-finished`, or
   * when nobody works on the run any more.
   *
   * @example
   * ```ts
   * const run = await Run.get("RecSysFlow/latest");
   * for await (const event of run.events()) {
   *   if (event.type === "task-succeeded") console.log(event.task, "is done");
   * }
   * ```
   */
  async *events(): AsyncGenerator<RunEvent, void, undefined> {
    const { store, header } = this.#reader;
    yield* followRun(store, { flow: header.flow, run: header.run });
    this.#reader.refresh();
  }

  /** @internal */
  async [DISPLAY](): Promise<MimeBundle> {
    const { runPage } = await import("./display/run-page.ts");
    return runPage(this.#reader.summary(), this.#reader.labels);
  }

  /** @internal */
  [inspect.custom](): string {
    const tags = this.tags.length === 0 ? "" : `  tags ${this.tags.join(", ")}`;
    const reason = this.reason === null ? "" : `  ${this.reason}`;
    return visibleLine(`Run ${this.pathspec}  ${this.status}${reason}  started ${this.startedAt.toISOString()}${tags}`);
  }

  #tagged(tags: readonly string[]): readonly string[] {
    this.#reader.setTags(tags);
    return tags;
  }
}
