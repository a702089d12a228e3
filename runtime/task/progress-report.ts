/** How far a task says that it is. */
export interface ProgressReport {
  /** From 0 to 1. */
  readonly fraction: number;
  /** One short line; empty where it said nothing. */
  readonly note: string;
}

/** Terminal cells of a note. */
export const MAX_NOTE_WIDTH = 60;
