import { clusters, clusterWidth } from "../../runtime/text/text-width.ts";

const SEQUENCE = /\u001b\[(\?)?([\d;]*)([A-Za-z])/y;

/** The whole screen of a terminal as programs draw it that place the cursor themselves. Strict: it fails for what it does not know. */
export class Screen {
  #columns: number;
  #cells: string[][];
  #row = 0;
  #column = 0;
  #style = "";
  /** Modes that are on: `1049`, the other screen; `25`, a cursor; `7`, rows go on in the next; `2026`, a frame is drawn. */
  readonly modes = new Set(["25", "7"]);
  /** What was written where this screen has no cell, as a program does until it knows that the size has changed. */
  beyond = "";
  /** Text that was written on the shell's own screen. */
  outside = "";
  /** Of each row what was written inverse. */
  readonly #inverse: boolean[][] = [];

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#cells = Array.from({ length: rows }, () => []);
  }

  resize(columns: number, rows: number): void {
    this.#columns = columns;
    // What a terminal shows meanwhile is not the program's to know.
    this.#cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => "~"));
  }

  get lines(): string[] {
    return this.#cells.map((row) =>
      Array.from(row, (cell) => cell ?? " ")
        .join("")
        .trimEnd(),
    );
  }

  get text(): string {
    return this.lines.join("\n");
  }

  /** The row that is drawn inverse from its beginning on. */
  get chosen(): string {
    return this.lines[this.#inverse.findIndex((row) => row?.[0] === true)] ?? "";
  }

  write(text: string): void {
    for (let at = 0; at < text.length;) {
      SEQUENCE.lastIndex = at;
      const [sequence, mode, numbers = "", letter = ""] = SEQUENCE.exec(text) ?? [];
      if (sequence !== undefined) {
        if (mode !== undefined) this.#mode(numbers, letter);
        else this.#do(letter, numbers);
        at += sequence.length;
        continue;
      }
      const [cluster = ""] = clusters(text.slice(at, at + 20));
      if (cluster.startsWith("\u001b")) throw new Error(`unknown sequence: ${JSON.stringify(text.slice(at, at + 10))}`);
      if (this.modes.has("1049")) this.#put(cluster);
      else this.outside += cluster;
      at += cluster.length;
    }
  }

  #mode(number: string, letter: string): void {
    if (letter === "h") this.modes.add(number);
    else if (letter === "l") this.modes.delete(number);
    else throw new Error(`unknown mode ${number}${letter}`);
  }

  #do(letter: string, numbers: string): void {
    if (!this.modes.has("1049") && letter !== "m") this.outside += `<${numbers}${letter}>`;
    if (letter === "H") {
      const [row = 1, column = 1] = numbers.split(";").map(Number);
      [this.#row, this.#column] = [row - 1, column - 1];
    } else if (letter === "G") this.#column = Number(numbers) - 1;
    else if (letter === "K" && numbers === "") this.#cells[this.#row]?.splice(this.#column);
    else if (letter === "m") this.#style = numbers;
    else throw new Error(`unknown sequence ${numbers}${letter}`);
  }

  #put(cluster: string): void {
    const width = clusterWidth(cluster);
    const row = this.#cells[this.#row];
    if (row === undefined || this.#column + width > this.#columns) {
      this.beyond += cluster;
      return;
    }
    while (row.length < this.#column) row.push(" ");
    row.splice(this.#column, width, ...[cluster, ""].slice(0, width));
    (this.#inverse[this.#row] ??= [])[this.#column] = this.#style.split(";").includes("7");
    this.#column += width;
  }
}
