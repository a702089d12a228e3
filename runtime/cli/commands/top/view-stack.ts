import type { Colors } from "picocolors/types.js";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import { HelpView } from "./help-view.ts";
import { cutLine } from "./list/fitted.ts";
import type { ScreenSize, TopView } from "./top-view.ts";

/** The views that were opened, one above the other; keys go to the uppermost, and it is what is seen. */
export class ViewStack {
  readonly #views: TopView[];
  readonly #colors: Colors;
  readonly #location: string;

  constructor(views: readonly TopView[], { location, colors }: { location: string; colors: Colors }) {
    this.#views = [...views];
    this.#colors = colors;
    this.#location = location;
  }

  /** False once the last view was left. */
  get isOpen(): boolean {
    return this.#views.length > 0;
  }

  /** See {@link TopView.look}. */
  look(): number | null {
    return this.#views.at(-1)?.look() ?? null;
  }

  press(key: string): void {
    const view = this.#views.at(-1);
    if (view === undefined) return;
    const answer = view.typed === null && key === "q" ? null : view.press(key);
    if (answer?.kind === "opens") this.#views.push(answer.view);
    if (answer !== null) return;
    if (key === "q" || key === "escape") this.#views.pop();
    else if (key === "?") this.#views.push(new HelpView(this.#colors));
  }

  /** A row that says where one is, the view, and a row of keys or of what is typed. */
  rows({ columns, rows }: ScreenSize): string[] {
    const view = this.#views.at(-1);
    if (view === undefined) return [];
    const room = Math.max(rows - 2, 1);
    const body = view.body({ columns, rows: room }).slice(0, room);
    const fill = Array.from({ length: room - body.length }, () => "");
    return [this.#head(columns), ...body, ...fill, this.#foot(view, columns)].slice(-rows);
  }

  #head(columns: number): string {
    const path = cutLine(this.#views.map(({ title }) => visibleLine(title)).join(" › "), columns);
    const place = cutLine(this.#location, columns - path.length - 2);
    return `${this.#colors.bold(path)}  ${this.#colors.dim(place)}`;
  }

  #foot({ typed, keys }: TopView, columns: number): string {
    if (typed !== null) return `/${cutLine(typed.slice(-(columns - 2)), columns - 2)}${this.#colors.inverse(" ")}`;
    return this.#colors.dim(cutLine(`? keys  ${keys}`, columns));
  }
}
