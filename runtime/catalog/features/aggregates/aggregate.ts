/** A value over the rows of one key that are in a window as it moves forward. */
export interface Aggregate {
  /**
   * A row comes in.
   *
   * @param row - in the source
   * @param rank - of the row among those of its key, by when they happened; of ties, the one known later has the higher one
   */
  add(row: number, rank: number): void;
  /** A row that came in goes out; those of lower rank are out, or will not come in. */
  remove(row: number, rank: number): void;
  /** @param from - rows of lower rank are out */
  value(from: number): unknown;
  /** The next key begins. */
  clear(): void;
}
