import type { Colors } from "picocolors/types.js";
import { HELP_LINES } from "./help-lines.ts";
import { paintedLines } from "./pager/painted-lines.ts";
import { Pager } from "./pager/pager.ts";
import { type KeyAnswer, type ScreenSize, STAYS, type TopView } from "./top-view.ts";

/** The keys. */
export class HelpView implements TopView {
  readonly title = "keys";
  readonly keys = "q back";
  readonly #pager: Pager;
  readonly #lines = paintedLines(HELP_LINES);

  constructor(colors: Colors) {
    this.#pager = new Pager(colors, { isAtEnd: false });
  }

  get typed(): string | null {
    return this.#pager.typed;
  }

  look(): null {
    return null;
  }

  press(key: string): KeyAnswer {
    return this.#pager.press(key, this.#lines) ? STAYS : null;
  }

  body(size: ScreenSize): readonly string[] {
    return this.#pager.body(this.#lines, size);
  }
}
