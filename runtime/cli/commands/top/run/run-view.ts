import type { Colors } from "picocolors/types.js";
import { TypedText } from "../list/typed-text.ts";
import { ListBox, type ListRows } from "../list/list-box.ts";
import { TaskView, type TaskTab } from "../task/task-view.ts";
import { type KeyAnswer, type ScreenSize, STAYS, type TopView } from "../top-view.ts";
import { ChosenTasks } from "./chosen-tasks.ts";
import { parametersText, runLines } from "./run-lines.ts";
import type { RunModel } from "./run-model.ts";
import { stepRowText } from "./step-row-text.ts";
import { taskRowText } from "./task-row-text.ts";

const TABS: Readonly<Record<string, TaskTab>> = { enter: "details", d: "details", l: "log", a: "artifacts" };

/** A run: its steps, and below them its tasks, the failed ones first. */
export class RunView implements TopView {
  readonly #model: RunModel;
  readonly #colors: Colors;
  readonly #box: ListBox;
  readonly #typed = new TypedText();
  readonly #tasks: ChosenTasks;
  readonly #parameters: string;
  #isMoved = false;

  constructor(model: RunModel, colors: Colors) {
    this.#model = model;
    this.#colors = colors;
    this.#box = new ListBox(colors);
    this.#tasks = new ChosenTasks(model);
    this.#parameters = parametersText(model);
  }

  get title(): string {
    const { flow, run } = this.#model.document;
    return `${flow}/${run}`;
  }

  readonly keys = "enter open  l log  a artifacts  tab tasks  / search  q back";

  get typed(): string | null {
    return this.#typed.text;
  }

  look(): number | null {
    const next = this.#tasks.look() ? 0 : this.#model.look();
    // What is looked for in a run with failures is the first of them.
    const first = this.#model.order.all()[0];
    if (next !== 0 && !this.#isMoved && this.#model.order.failed > 0 && first !== undefined)
      this.#box.choose(`task ${first}`);
    return next;
  }

  press(key: string): KeyAnswer {
    this.#isMoved = true;
    if (this.#typed.text !== null) {
      const next = this.#typed.press(key);
      this.#tasks.search(next === "goes on" ? this.#typed.text : (next.done ?? ""));
      const [first] = this.#tasks.numbers();
      if (this.#tasks.searched !== "" && first !== undefined) this.#box.choose(`task ${first}`);
      return STAYS;
    }
    const rows = this.#rows();
    if (key === "/") this.#typed.begin(this.#tasks.searched);
    else if (key === "escape" && this.#tasks.isNarrowed) this.#tasks.all();
    else if (key === "tab") this.#box.choose(this.#otherPart(rows));
    else if (TABS[key] !== undefined) return this.#open(rows, TABS[key]);
    else if (!this.#box.press(key, rows)) return null;
    return STAYS;
  }

  body(size: ScreenSize): readonly string[] {
    return this.#box.body(this.#rows(), size);
  }

  #open(rows: ListRows, tab: TaskTab): KeyAnswer {
    const at = this.#box.chosen(rows);
    const [kind, name = ""] = (at === null ? null : rows.keyOf(at))?.split(" ", 2) ?? [];
    if (kind === "task")
      return { kind: "opens", view: new TaskView(this.#model, { task: Number(name), tab, colors: this.#colors }) };
    if (kind === "step" && tab === "details") {
      this.#tasks.toggleStep(Number(name));
      const [first] = this.#tasks.numbers();
      if (first !== undefined && this.#tasks.step !== null) this.#box.choose(`task ${first}`);
    }
    return STAYS;
  }

  #otherPart(rows: ListRows): string {
    const at = this.#box.chosen(rows);
    const isTask = at !== null && rows.keyOf(at)?.startsWith("task") === true;
    const [first] = this.#tasks.numbers();
    return isTask || first === undefined ? "step 0" : `task ${first}`;
  }

  /** Lines about the run, the steps, a heading, the tasks. */
  #rows(): ListRows {
    const [model, colors] = [this.#model, this.#colors];
    const lines = runLines(model, { parameters: this.#parameters, colors });
    const { steps } = model.document.graph;
    const numbers = this.#tasks.numbers();
    const heading = lines.length + steps.length;
    return {
      count: heading + 1 + numbers.length,
      keyOf(at) {
        if (at < lines.length || at === heading) return null;
        return at < heading ? `step ${at - lines.length}` : `task ${numbers[at - heading - 1] ?? 0}`;
      },
      indexOf: (key) => {
        const [kind, name = ""] = key.split(" ", 2);
        if (kind === "step") return lines.length + Number(name);
        const at = numbers.indexOf(Number(name));
        return at < 0 ? -1 : heading + 1 + at;
      },
      textOf: (at, room) => {
        if (at < lines.length) return lines[at]?.(room) ?? "";
        if (at === heading) return colors.dim(this.#tasks.heading(room));
        if (at < heading) return stepRowText(model, { at: at - lines.length, room, colors });
        return taskRowText(model, { task: numbers[at - heading - 1] ?? 0, room, colors });
      },
    };
  }
}
