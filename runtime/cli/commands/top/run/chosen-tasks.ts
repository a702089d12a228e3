import { taskName } from "../../../../text/task-name.ts";
import { cutLine } from "../list/fitted.ts";
import type { RunModel } from "./run-model.ts";

/** A search through many tasks of a run that goes on is repeated no sooner. */
const SEARCH_MS = 500;

/** The tasks of a run that are listed: all, those of a step, those in which a text stands. */
export class ChosenTasks {
  readonly #model: RunModel;
  #step: string | null = null;
  #searched = "";
  #found: { of: readonly number[]; at: number; numbers: readonly number[] } | null = null;

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
    this.#found = null;
  }

  search(text: string): void {
    if (text !== this.#searched) this.#found = null;
    this.#searched = text;
  }

  all(): void {
    this.#step = null;
    this.search("");
    this.#found = null;
  }

  numbers(): readonly number[] {
    const all = this.#model.order.all();
    if (!this.isNarrowed) return all;
    const known = this.#found;
    if (known !== null && (known.of === all || performance.now() - known.at < SEARCH_MS)) return known.numbers;
    const numbers = all.filter((task) => this.#isChosen(task));
    this.#found = { of: all, at: performance.now(), numbers };
    return numbers;
  }

  heading(room: number): string {
    const { order, isReading, events } = this.#model;
    const many = order.all().length;
    const number = this.isNarrowed ? `${this.numbers().length} of ${many}` : String(many);
    const which = [
      ...(this.#step === null ? [] : [`of ${this.#step}`]),
      ...(this.#searched === "" ? [] : [`with "${this.#searched}"`]),
      ...(this.isNarrowed ? ["(esc: all)"] : []),
      ...(isReading ? [`reading, ${events} events so far`] : []),
    ];
    return cutLine(["TASKS", number, ...which].join(" "), room);
  }

  #isChosen(number: number): boolean {
    const task = this.#model.task(number);
    if (task === undefined || (this.#step !== null && task.step !== this.#step)) return false;
    if (this.#searched === "") return true;
    const label = this.#model.labelOf(number);
    const text = `${taskName({ ...task, label })} ${task.status} ${task.error?.message ?? ""}`;
    return text.toLowerCase().includes(this.#searched.toLowerCase());
  }
}
