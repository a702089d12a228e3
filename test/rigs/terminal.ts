import { clusters, clusterWidth } from "../../runtime/text/text-width.ts";

const SEQUENCE = /\u001b\[(\?)?([\d;]*)([A-Za-z])/y;

/** A terminal of that size: what scrolled away, and what stands on its screen, as a person sees it. */
export class Terminal {
  readonly #columns: number;
  readonly #rows: number;
  readonly #gone: string[] = [];
  #screen: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
  }

  /** Every line that there is, from the first that scrolled away on. */
  get lines(): string[] {
    return [...this.#gone, ...this.#screen.map(textOf)];
  }

  write(text: string): void {
    for (let at = 0; at < text.length;) {
      SEQUENCE.lastIndex = at;
      const [sequence, mode, numbers = "", letter = ""] = SEQUENCE.exec(text) ?? [];
      if (sequence !== undefined) {
        if (mode === undefined) this.#do(letter, numbers);
        at += sequence.length;
      } else if (text[at] === "\n" || text[at] === "\r") {
        if (text[at] === "\n") this.#down();
        this.#column = 0;
        at += 1;
      } else {
        const [cluster = ""] = clusters(text.slice(at, at + 20));
        this.#put(cluster);
        at += cluster.length;
      }
    }
  }

  #do(letter: string, numbers: string): void {
    const count = Number(numbers === "" ? 1 : numbers);
    if (letter === "A") this.#row = Math.max(this.#row - count, 0);
    else if (letter === "G") this.#column = count - 1;
    else if (letter === "K" && numbers === "") this.#screen[this.#row]?.splice(this.#column);
    else if (letter === "M") this.#screen.splice(this.#row, count);
    else if (letter !== "m") throw new Error(`this terminal does not know the sequence ${numbers}${letter}`);
    while (this.#screen.length <= this.#row) this.#screen.push([]);
  }

  #put(cluster: string): void {
    const width = clusterWidth(cluster);
    if (this.#column + width > this.#columns) {
      this.#down();
      this.#column = 0;
    }
    const row = this.#screen[this.#row] ?? [];
    while (row.length < this.#column) row.push(" ");
    row.splice(this.#column, width, ...[cluster, ""].slice(0, width));
    this.#column += width;
  }

  #down(): void {
    this.#row += 1;
    if (this.#row === this.#screen.length) this.#screen.push([]);
    if (this.#row < this.#rows) return;
    this.#gone.push(textOf(this.#screen.shift() ?? []));
    this.#row -= 1;
  }
}

/** What a terminal of 80 columns and 24 rows shows after that was written to it. */
export function screenOf(written: string): string {
  const terminal = new Terminal(80, 24);
  terminal.write(written);
  return terminal.lines.join("\n");
}

function textOf(cells: readonly string[]): string {
  return cells.join("").trimEnd();
}
