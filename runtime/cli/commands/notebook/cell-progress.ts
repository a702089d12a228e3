import type { CellEnd, CellToRun } from "../../../notebook/front/notebook-session.ts";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { Output } from "../../output.ts";

/** A line for each cell on stderr; in a terminal also while it runs. */
export class CellProgress {
  readonly #output: Output;
  #total = 0;
  #startedMs = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  start(cell: CellToRun, total: number): void {
    this.#total = total;
    this.#startedMs = performance.now();
    this.#output.transient(`${this.#head(cell)} ...  ${firstLine(cell)}`);
  }

  end(cell: CellToRun, end: CellEnd): void {
    const { colors } = this.#output;
    const seconds = ((performance.now() - this.#startedMs) / 1_000).toFixed(1);
    const state = end === null ? colors.green("ok") : colors.red(end.name);
    this.#output.note(`${this.#head(cell)} ${state} ${seconds} s  ${colors.dim(firstLine(cell))}`);
  }

  #head(cell: CellToRun): string {
    return `[${String(cell.count).padStart(String(this.#total).length)}/${this.#total}]`;
  }
}

function firstLine({ source }: CellToRun): string {
  const line = source.split("\n").find((one) => one.trim() !== "") ?? "";
  return visibleLine(line.length > 60 ? `${line.slice(0, 59)}…` : line);
}
