import { loadArtifact } from "../../runtime/datastore/load-artifact.ts";
import type { ArtifactRef, ArtifactTable, TaskProgressRecord } from "../../runtime/datastore/records.ts";
import { listOf } from "../../runtime/datastore/reader/item-labels.ts";
import { type ItemPlace, stackOf } from "../../runtime/datastore/reader/item-place.ts";
import { toldProgress } from "../../runtime/datastore/reader/told-progress.ts";
import type { TaskSummary } from "../../runtime/datastore/reader/run-summary.ts";
import type { ForeachFrame, GpuUse } from "../base/host.ts";
import type { DataSource } from "./lazy-data.ts";
import type { RunReader } from "./run-reader.ts";
import { StoredArtifact } from "./stored-artifact.ts";
import { TaskWindow } from "./task-window.ts";

/** One task as its objects share it. */
export class TaskReader implements DataSource {
  readonly run: RunReader;
  readonly summary: TaskSummary;
  readonly #window: TaskWindow;
  #table: ArtifactTable | null = null;

  /** @param at - `window`: the list that gave the task, as what is asked of one will be asked of the next */
  constructor(run: RunReader, at: { summary: TaskSummary; window?: TaskWindow }) {
    this.run = run;
    this.summary = at.summary;
    this.#window = at.window ?? new TaskWindow(run, [at.summary]);
  }

  get pathspec(): string {
    return `${this.run.pathspec}/${this.summary.step}/${this.summary.task}`;
  }

  /** What it left and what it was given. */
  table(): ArtifactTable {
    return (this.#table ??= { ...this.run.parameters, ...this.#window.artifacts(this.summary) });
  }

  label(): string {
    this.#window.willLabel(this.summary);
    return this.run.labels.of(this.summary.place);
  }

  /** The items around it, each loaded; outermost first. */
  frames(): ForeachFrame[] {
    return stackOf(this.summary.place).map((place) => {
      const { step, index, size } = place;
      return { step, index, size, input: this.#item(place), label: this.run.labels.in(listOf(place)) };
    });
  }

  /** The item of the innermost foreach. */
  input(): unknown {
    const { place } = this.summary;
    return place === null ? undefined : this.#item(place);
  }

  /** What it told last, as it stands now. */
  progress(): TaskProgressRecord | null {
    return toldProgress(this.run.record, [this.summary]).get(this.summary.task) ?? null;
  }

  gpu(): GpuUse | null {
    return this.#window.result(this.summary)?.gpu ?? null;
  }

  load(name: string): unknown {
    this.#window.willLoad(this.summary, name);
    return loadArtifact(this.run.store.blobs, name, this.#ref(name));
  }

  artifact(name: string): StoredArtifact {
    const isParameter = Object.hasOwn(this.run.parameters, name);
    const at = { name, pathspec: `${this.pathspec}/${name}`, ref: this.#ref(name), isParameter };
    return new StoredArtifact(at, this.run.store.blobs);
  }

  isUncaught(name: string): boolean {
    return this.summary.result !== null && this.run.caughtFields.has(name);
  }

  whyMissing(): string {
    const { status, result } = this.summary;
    return result === null ? `a task that is ${status} has left no artifacts` : "the task left no such artifact";
  }

  #item(place: ItemPlace): unknown {
    const ref = this.run.labels.ref(place);
    return ref === null ? undefined : loadArtifact(this.run.store.blobs, "input", ref);
  }

  #ref(name: string): ArtifactRef {
    return this.table()[name] as ArtifactRef;
  }
}
