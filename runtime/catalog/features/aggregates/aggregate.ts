/**
 * A value over the rows of one key that are in a window as it moves forward.
 *
 * Rows are named by their rank among those of the key, by when they happened; of ties, the one known later has the higher one.
 */
export interface Aggregate {
  /**
   * The next key begins: nothing is in.
   *
   * @param rows - by rank, their places in the source
   */
  begin(rows: Int32Array): void;
  /** Rows come in: those of the ranks from `from` on that are below `to`. */
  add(from: number, to: number): void;
  /** Rows that came in go out; those of lower rank are out, or will not come in. */
  remove(from: number, to: number): void;
  /** @param from - rows of lower rank are out */
  value(from: number): unknown;
}
