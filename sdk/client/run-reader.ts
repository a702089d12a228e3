import type { Datastore } from "../../runtime/datastore/datastore.ts";
import type { ArtifactTable } from "../../runtime/datastore/records.ts";
import { type AttemptUse, attemptUses } from "../../runtime/datastore/reader/attempt-uses.ts";
import { ItemLabels } from "../../runtime/datastore/reader/item-labels.ts";
import { Lineage } from "../../runtime/datastore/reader/lineage.ts";
import { readRunHeader, RunFollower } from "../../runtime/datastore/reader/read-run.ts";
import type { RunHeader, RunSummary, TaskSummary } from "../../runtime/datastore/reader/run-summary.ts";
import { caughtFields } from "../../runtime/graph/caught-fields.ts";
import type { RunRecord } from "../../runtime/datastore/run-record.ts";

/** One run as its objects share it: what was read of its record, and how to read on. */
export class RunReader {
  readonly store: Datastore;
  readonly record: RunRecord;
  /** What tells the tasks of foreaches apart. */
  readonly labels: ItemLabels;
  #header: RunHeader;
  #follower: RunFollower | null = null;
  #summary: RunSummary | null = null;
  #index: TaskIndex | null = null;
  #caughtFields: ReadonlySet<string> | null = null;
  readonly #origins = new Map<string, RunReader>();

  constructor(store: Datastore, header: RunHeader) {
    this.store = store;
    this.record = store.record(header.flow, header.run);
    this.labels = new ItemLabels(store.blobs);
    this.#header = header;
  }

  /** As it was read last. */
  get header(): RunHeader {
    return this.#header;
  }

  get pathspec(): string {
    return `${this.#header.flow}/${this.#header.run}`;
  }

  /** Parameters and configuration: they belong to the run, and every task sees them. */
  get parameters(): ArtifactTable {
    return { ...this.#header.document.configs, ...this.#header.parameters };
  }

  /** Fields that hold the error of a caught step, if there is one. */
  get caughtFields(): ReadonlySet<string> {
    return (this.#caughtFields ??= caughtFields(this.#header.document.graph));
  }

  setTags(tags: readonly string[]): void {
    this.#header = { ...this.#header, tags };
  }

  refresh(): void {
    const { flow, run } = this.#header;
    this.#header = readRunHeader(this.store, { flow, run });
  }

  /** The tasks as they stand now; of a run that has ended the journal is read once. */
  summary(): RunSummary {
    if (this.#summary !== null && this.#summary.finishedAt !== null) return this.#summary;
    this.#follower ??= new RunFollower(this.store, this.#header);
    this.#summary = this.#follower.update();
    this.#index = null;
    this.#header = this.#summary;
    return this.#summary;
  }

  /** The same tasks, found by number and by step. */
  index(): TaskIndex {
    const summary = this.summary();
    return (this.#index ??= new TaskIndex(summary));
  }

  /** Another run of the flow, of which this one took over tasks. */
  origin(run: string): RunReader {
    if (run === this.#header.run) return this;
    const known = this.#origins.get(run);
    if (known !== undefined) return known;
    const { flow } = this.#header;
    const reader = new RunReader(this.store, readRunHeader(this.store, { flow, run }));
    this.#origins.set(run, reader);
    return reader;
  }
}

/** The tasks of a run at one moment. */
export class TaskIndex {
  readonly #tasks: readonly TaskSummary[];
  readonly #byNumber: ReadonlyMap<number, TaskSummary>;
  #lineage: Lineage | null = null;
  #uses: ReadonlyMap<number, readonly AttemptUse[]> | null = null;
  readonly #run: RunSummary;

  constructor(run: RunSummary) {
    const { tasks } = run;
    this.#run = run;
    this.#tasks = tasks;
    this.#byNumber = new Map(tasks.map((task) => [task.task, task]));
  }

  get lineage(): Lineage {
    return (this.#lineage ??= new Lineage(this.#tasks));
  }

  /** What attempts used, by task. */
  uses(): ReadonlyMap<number, readonly AttemptUse[]> {
    if (this.#uses !== null) return this.#uses;
    const byTask = new Map<number, AttemptUse[]>();
    for (const use of attemptUses(this.#run)) {
      if (use.isLost) continue;
      const uses = byTask.get(use.task);
      if (uses === undefined) byTask.set(use.task, [use]);
      else uses.push(use);
    }
    return (this.#uses = byTask);
  }

  find(task: number): TaskSummary | undefined {
    return this.#byNumber.get(task);
  }

  /** The tasks of one step, by their place in the splits around them. */
  ofStep(step: string): readonly TaskSummary[] {
    return this.lineage.ordered(this.ofStepStarted(step));
  }

  /** The same by their start. */
  ofStepStarted(step: string): readonly TaskSummary[] {
    return this.#tasks.filter((task) => task.step === step);
  }
}
