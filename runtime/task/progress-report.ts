/** How far a task says that it is. */
export interface ProgressReport {
  /** From 0 to 1. */
  readonly fraction: number;
  /** One short line; empty where it said nothing. */
  readonly note: string;
}

/** One line of a terminal has no more, however many marks its letters carry. */
const MAX_NOTE_CHARS = 20_000;

/** What came from another process; null for what no step can say. */
export function parseProgressReport(fraction: unknown, note: unknown): ProgressReport | null {
  if (typeof fraction !== "number" || !(fraction >= 0 && fraction <= 1)) return null;
  return typeof note === "string" && note.length <= MAX_NOTE_CHARS ? { fraction, note } : null;
}

/** Terminal cells of a note. */
export const MAX_NOTE_WIDTH = 60;
