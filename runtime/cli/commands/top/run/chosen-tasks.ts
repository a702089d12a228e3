import type { TaskSummary } from "../../../../datastore/reader/run-summary.ts";
import { taskName } from "../../../../text/task-name.ts";
import { cutLine } from "../list/fitted.ts";
import { LOOK_MS } from "../top-view.ts";
import type { RunModel } from "./run-model.ts";

/** A search through many tasks of a run that goes on is repeated no sooner. */
const SEARCH_MS = 500;

interface TaskSearch {
  readonly of: readonly number[];
  next: number;
  readonly found: number[];
  /** When it was done; 0 before. */
  at: number;
}

function isRecent({ at }: TaskSearch): boolean {
  return at === 0 || performance.now() - at < SEARCH_MS;
}

/** The tasks of a run that are listed: all, those of a step, those in which a text stands. */
export class ChosenTasks {
  readonly #model: RunModel;
  #step: string | null = null;
  #searched = "";
  /** In lower case. */
  #wanted = "";
  readonly #names = new Map<number, string>();
  #search: TaskSearch | null = null;
  /** What the last search that came to its end found. */
  #found: readonly number[] | null = null;

  constructor(model: RunModel) {
    this.#model = model;
  }

  get step(): string | null {
    return this.#step;
  }

  get searched(): string {
    return this.#searched;
  }

  get isNarrowed(): boolean {
    return this.#step !== null || this.#searched !== "";
  }

  /** Only those of that step, by its place in the flow; again for all. */
  toggleStep(at: number): void {
    const name = this.#model.document.graph.steps[at]?.name ?? null;
    this.#step = this.#step === name ? null : name;
    this.#begin();
  }

  search(text: string): void {
    if (text === this.#searched) return;
    this.#searched = text;
    this.#begin();
  }

  all(): void {
    this.#step = null;
    this.#searched = "";
    this.#begin();
  }

  /** Looks through some of them, for some milliseconds at most; says whether there are more. */
  look(): boolean {
    if (!this.isNarrowed) return false;
    const all = this.#model.order.all();
    const before = this.#search;
    if (before === null || (before.of !== all && !isRecent(before)))
      this.#search = { of: all, next: 0, found: [], at: 0 };
    const search = this.#search;
    if (search === null) return false;
    const until = performance.now() + LOOK_MS;
    for (; search.next < search.of.length; search.next += 1) {
      if (search.next % 64 === 63 && performance.now() > until) return true;
      const task = search.of[search.next];
      if (task !== undefined && this.#isChosen(task)) search.found.push(task);
    }
    if (search.at === 0) search.at = performance.now();
    this.#found = search.found;
    return false;
  }

  /** As far as they have been found. */
  numbers(): readonly number[] {
    if (!this.isNarrowed) return this.#model.order.all();
    return this.#found ?? this.#search?.found ?? [];
  }

  heading(room: number): string {
    const { order, isReading, events } = this.#model;
    const many = order.all().length;
    const number = this.isNarrowed ? `${this.numbers().length} of ${many}` : String(many);
    const which = [
      ...(this.#step === null ? [] : [`of ${this.#step}`]),
      ...(this.#searched === "" ? [] : [`with "${this.#searched}"`]),
      ...(this.isNarrowed ? ["(esc: all)"] : []),
      ...(this.isNarrowed && this.#found === null ? ["searching"] : []),
      ...(isReading ? [`reading, ${events} events so far`] : []),
    ];
    return cutLine(["TASKS", number, ...which].join(" "), room);
  }

  /** What can be found at once is. */
  #begin(): void {
    this.#wanted = this.#searched.toLowerCase();
    this.#search = null;
    this.#found = null;
    this.look();
  }

  #isChosen(number: number): boolean {
    const task = this.#model.task(number);
    if (task === undefined || (this.#step !== null && task.step !== this.#step)) return false;
    if (this.#searched === "") return true;
    if (this.#nameOf(task).includes(this.#wanted)) return true;
    return task.status.includes(this.#wanted) || task.error?.message.toLowerCase().includes(this.#wanted) === true;
  }

  /** Names stay as they are, and labels are read from where the items are. */
  #nameOf({ task, step }: TaskSummary): string {
    const known = this.#names.get(task);
    if (known !== undefined) return known;
    const name = taskName({ step, task, label: this.#model.labelOf(task) }).toLowerCase();
    this.#names.set(task, name);
    return name;
  }
}
