import { inspect } from "node:util";
import type { StepNode } from "../../runtime/graph/flow-graph.ts";
import { checkStep } from "../../runtime/datastore/reader/resolve-pathspec.ts";
import { MillraceError } from "../base/millrace-error.ts";
import type { ClientOptions } from "./client-options.ts";
import { find } from "./find.ts";
import { checkTasksOptions, chosenTasks, type TasksOptions } from "./chosen-tasks.ts";
import { Listing } from "./listing.ts";
import { DISPLAY, type MimeBundle, refuseNew } from "./mime-bundle.ts";
import { RunReader } from "./run-reader.ts";
import { type Task, tasksOf } from "./task.ts";
import { visibleLine } from "../base/visible.ts";

/**
 * One step of a run, and the tasks that executed it.
 *
 * @example
 * ```ts
 * const run = await Run.get<RecSysFlow>("RecSysFlow/latest");
 * for await (const task of run.step("fitB").tasks({ status: "succeeded" })) console.log(task.index, await task.data.score);
 * ```
 */
export class Step<Flow = unknown> {
  /** The step's name. */
  readonly name: string;
  readonly #reader: RunReader;

  /** @internal */
  constructor(reader: RunReader, name: string) {
    refuseNew(reader, { by: RunReader, type: "Step" });
    checkStep(reader.header, name);
    this.#reader = reader;
    this.name = name;
  }

  /**
   * Opens a step of a run.
   *
   * @param pathspec - `Flow/run/step`; the run may be `latest`
   * @throws MillraceError that names the nearest, if there is no such flow, run or step
   *
   * @example
   * ```ts
   * const step = await Step.get<RecSysFlow>("RecSysFlow/latest/fitB");
   * console.log(await (await step.task()).data.score);
   * ```
   */
  static async get<Flow = unknown>(pathspec: string, options: ClientOptions = {}): Promise<Step<Flow>> {
    await Promise.resolve();
    const { reader, step } = find(pathspec, "step", options);
    return new Step(reader, step);
  }

  /** `Flow/run/step` */
  get pathspec(): string {
    return `${this.#reader.pathspec}/${this.name}`;
  }

  /** What the flow's source says of it in its comment. */
  get doc(): string | null {
    return this.#node().doc;
  }

  /** Names of the steps that lead here. */
  get parentSteps(): readonly string[] {
    return this.#node().parents;
  }

  /**
   * The tasks as they stand now; each reading of the list looks anew.
   *
   * @example
   * ```ts
   * const step = await Step.get<RecSysFlow>("RecSysFlow/latest/fitB");
   * const scores = await Promise.all((await step.tasks().toArray()).map((task) => task.data.score));
   * ```
   */
  tasks(options: TasksOptions = {}): Listing<Task<Flow>> {
    checkTasksOptions(options);
    return new Listing(() => {
      const index = this.#reader.index();
      const tasks = options.order === "started" ? index.ofStepStarted(this.name) : index.ofStep(this.name);
      return tasksOf<Flow>(this.#reader, chosenTasks(tasks, options));
    });
  }

  /**
   * The step's one task, or the one at a place in its foreach.
   *
   * @param index - for a step inside a foreach or gang
   * @throws MillraceError `MILLRACE_PATHSPEC` if there is none or there are several
   */
  async task(index?: number): Promise<Task<Flow>> {
    await Promise.resolve();
    const all = this.#reader.index().ofStep(this.name);
    const [only, ...more] = tasksOf<Flow>(
      this.#reader,
      all.filter((one) => one.index === (index ?? one.index)),
    );
    if (only === undefined) throw this.#noTask(all.length, index);
    if (more.length > 0) throw this.#severalTasks(more.length + 1, index);
    return only;
  }

  /** @internal */
  async [DISPLAY](): Promise<MimeBundle> {
    const { stepPage } = await import("./display/step-page.ts");
    return stepPage(this, { tasks: this.#reader.index().ofStep(this.name), labels: this.#reader.labels });
  }

  /** @internal */
  [inspect.custom](): string {
    return visibleLine(`Step ${this.pathspec}  ${this.#node().transition.kind}`);
  }

  #node(): StepNode {
    const node = this.#reader.header.document.graph.steps.find(({ name }) => name === this.name);
    if (node === undefined) throw new Error(`This is a bug in Millrace: the graph lost its step ${this.name}`);
    return node;
  }

  #noTask(count: number, index: number | undefined): MillraceError {
    return new MillraceError({
      code: "MILLRACE_PATHSPEC",
      headline: `Cannot find ${index === undefined ? "a task" : `task ${index}`} of ${this.pathspec} because ${count === 0 ? "none has started" : "there is none at that index"}`,
      details: count === 0 ? [`the run's status is ${this.#reader.header.status}`] : [`tasks: ${count}`],
      hint: "tasks() lists all tasks; indexes count from 0",
    });
  }

  #severalTasks(count: number, index: number | undefined): MillraceError {
    return new MillraceError({
      code: "MILLRACE_PATHSPEC",
      headline: `Cannot tell which task of ${this.pathspec} is meant because there are ${count}`,
      hint:
        index === undefined
          ? "go through tasks(), or name the place in the foreach: task(0)"
          : "go through tasks(): foreaches are nested here, or the step ran more than once",
    });
  }
}
