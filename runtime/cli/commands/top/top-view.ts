/** What a view may fill, in cells. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** What a key leads to; null if the view does not know the key. */
export type KeyAnswer = { readonly kind: "stays" } | { readonly kind: "opens"; readonly view: TopView } | null;

export const STAYS: KeyAnswer = { kind: "stays" };

/** One thing that is looked at: all runs, a run, a task. It reads when it is asked to, and never waits. */
export interface TopView {
  /** Its part of the first row. */
  readonly title: string;
  /** What keys do here, for the last row. */
  readonly keys: string;
  /** Text that is being typed: then keys are characters. */
  readonly typed: string | null;
  /** Reads what is new in the store, for some milliseconds at most; says when to look again, null for never. */
  look(): number | null;
  press(key: string): KeyAnswer;
  /** Painted rows, from the top on; at most as many as there is room. */
  body(size: ScreenSize): readonly string[];
}

/** A view reads on for this long at a time, so that keys are answered meanwhile. */
export const LOOK_MS = 30;
