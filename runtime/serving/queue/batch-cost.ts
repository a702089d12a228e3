/** Older batches count less: half as much after some forty. */
const KEEP = 0.983;
/** Fewer say little. */
const ENOUGH = 8;

/** What batches of a method take: `a` for each row and `b` for each call, learned by least squares from those that were. */
export class BatchCost {
  #count = 0;
  #rows = 0;
  #ms = 0;
  #rowsSquared = 0;
  #product = 0;
  #seen = 0;

  note(rows: number, ms: number): void {
    this.#seen += 1;
    this.#count = this.#count * KEEP + 1;
    this.#rows = this.#rows * KEEP + rows;
    this.#ms = this.#ms * KEEP + ms;
    this.#rowsSquared = this.#rowsSquared * KEEP + rows * rows;
    this.#product = this.#product * KEEP + rows * ms;
  }

  /** Milliseconds for a row, and for a call; null while too little is known. Where all batches had one size, a call is free. */
  get learned(): { readonly perRow: number; readonly perCall: number } | null {
    if (this.#seen < ENOUGH) return null;
    const [meanRows, meanMs] = [this.#rows / this.#count, this.#ms / this.#count];
    const spread = this.#rowsSquared / this.#count - meanRows * meanRows;
    const slope = spread < 1e-9 ? Infinity : (this.#product / this.#count - meanRows * meanMs) / spread;
    const perRow = Math.min(Math.max(slope, 0), meanMs / meanRows);
    return { perRow, perCall: Math.max(meanMs - perRow * meanRows, 0) };
  }

  /** What so many rows will take, in batches of at most `maxSize`; 0 while too little is known. */
  estimate(rows: number, maxSize: number): number {
    const { learned } = this;
    return learned === null ? 0 : learned.perRow * rows + learned.perCall * Math.ceil(rows / maxSize);
  }
}
