/** Where a notebook's session keeps what later code may want to know about it: `globalThis[NOTEBOOK]`. */
export const NOTEBOOK = Symbol.for("millrace.notebook");

/** A cell as it was run, TypeScript as the user wrote it. */
export interface RecordedCell {
  /** The number in front of the cell, counted up with every execution. */
  readonly count: number;
  readonly source: string;
}

/**
 * What a session tells to the code that runs in it, so that a flow defined in a cell can be packaged.
 *
 * A module that has the same definitions as the session is: `cells` in their order, a name declared again later taking
 * the place of the earlier one, and `current`, the cell that is running, at the end.
 */
export interface NotebookRecord {
  /** Absolute; imports of cells are resolved from here. */
  readonly folder: string;
  /** The cells that succeeded, in the order in which they ran; one that was run twice is here twice. */
  readonly cells: readonly RecordedCell[];
  /** The cell from which this is called, also after an `await` in it; null outside of cells. */
  readonly current: RecordedCell | null;
  /** Aborted when the user interrupts the current cell; null outside of cells. */
  readonly signal: AbortSignal | null;
}
