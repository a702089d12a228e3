import { ItemLabels } from "../datastore/reader/item-labels.ts";
import type { ItemPlace } from "../datastore/reader/item-place.ts";
import { RunEventTail } from "../datastore/reader/run-event-tail.ts";
import { TaskFold } from "../datastore/reader/task-fold.ts";
import { parseLocator, type ResultLocator } from "../datastore/records.ts";
import { taskName } from "../text/task-name.ts";
import type { LoadedFlow } from "./load-flow.ts";

/** Names tasks in errors as people read them: `fit/3 VIE`. Labels are looked up in the journals of their runs. */
export class TaskNamer {
  readonly #flow: LoadedFlow;
  readonly #labels: ItemLabels;
  readonly #runs = new Map<string, ReadonlyMap<number, ItemPlace | null>>();

  constructor(flow: LoadedFlow) {
    this.#flow = flow;
    this.#labels = new ItemLabels(flow.blobs);
  }

  nameOf(locator: ResultLocator): string {
    const { run, step, task } = parseLocator(locator);
    return taskName({ step, task, label: this.#labels.of(this.#placesIn(run).get(task) ?? null) });
  }

  #placesIn(run: string): ReadonlyMap<number, ItemPlace | null> {
    const known = this.#runs.get(run);
    if (known !== undefined) return known;
    const places = this.#read(run);
    this.#runs.set(run, places);
    return places;
  }

  /** An error is told without labels rather than replaced by another one. */
  #read(run: string): ReadonlyMap<number, ItemPlace | null> {
    try {
      const { storage } = this.#flow;
      const document = this.#flow.recordOf(run).document();
      const tasks = new TaskFold(document);
      for (const event of new RunEventTail(storage, document).next()) tasks.apply(event);
      return new Map(tasks.tasks("running").map(({ task, place }) => [task, place]));
    } catch {
      return new Map();
    }
  }
}
