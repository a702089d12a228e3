import type { Column, SourceRows } from "../source-spec.ts";

/** Rows of several files, one after the other. */
export class GatheredColumns {
  readonly #columns: ReadonlyMap<string, unknown[]>;
  readonly #names = new Set<string>();
  readonly #files: { readonly file: string; readonly from: number; readonly word: string }[] = [];
  readonly #lines: number[] = [];
  #length = 0;

  constructor(columns: readonly string[]) {
    this.#columns = new Map(columns.map((name) => [name, []]));
  }

  /** @param word - what its rows are called: `line`, `row` */
  begin(file: string, { names, word }: { readonly names: readonly string[]; readonly word: string }): void {
    this.#files.push({ file, from: this.#length, word });
    for (const name of names) this.#names.add(name);
  }

  /** @param value - of each column that is asked for */
  add(line: number, value: (name: string) => unknown): void {
    for (const [name, values] of this.#columns) values.push(value(name));
    this.#lines.push(line);
    this.#length += 1;
  }

  name(names: Iterable<string>): void {
    for (const name of names) this.#names.add(name);
  }

  /** @throws nothing: a column that no file has is left out, but where there are no rows at all */
  get rows(): SourceRows {
    const isThere = (name: string) => this.#names.has(name) || this.#length === 0;
    const columns = new Map<string, Column>([...this.#columns].filter(([name]) => isThere(name)));
    return { length: this.#length, columns, names: [...this.#names], where: (row) => this.#where(row) };
  }

  #where(row: number): string {
    const of = this.#files.findLast(({ from }) => from <= row)!;
    return `${of.file}, ${of.word} ${this.#lines[row]}`;
  }
}
