/** At most so many of the rows that are added, each as likely as any other; the same rows give the same sample. */
export class RowSample<Row = unknown> {
  readonly #most: number;
  readonly #rows: Row[] = [];
  #seen = 0;
  #state = 0x2545f491;

  constructor(most: number) {
    this.#most = most;
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  add(row: Row): void {
    this.#seen += 1;
    if (this.#rows.length < this.#most) return void this.#rows.push(row);
    const at = Math.floor(this.#random() * this.#seen);
    if (at < this.#most) this.#rows[at] = row;
  }

  #random(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 2 ** 32;
  }
}
