/** What travels between the front (kernel or headless runner) and the process that runs the cells. */

/** MIME type to what shows it; text as a string, JSON types as JSON. */
export type OutputBundle = Readonly<Record<string, unknown>>;

/** A cell as it is evaluated. */
export interface CompiledCell {
  /** The number in front of the cell: `[3]`. */
  readonly count: number;
  readonly source: string;
  /** A script whose value is a promise of `[]`, or of `[value]` where the cell ends with an expression. */
  readonly script: string;
  /** Names that the cell declares, without those it imports. */
  readonly names: readonly string[];
  /** Those of them that may be read before they are set. */
  readonly vars: readonly string[];
  readonly places: CellPlaces;
  /** False for code that a front end runs for itself. */
  readonly isRecorded: boolean;
}

/** The way back from a place in the script to the cell's source. */
export interface CellPlaces {
  /** Of the script, where it was printed a second time; null: it is the reshaped text itself. */
  readonly outerMap: string | null;
  /** For each line of the reshaped text: its line in what esbuild printed, and how many columns it lost. */
  readonly lines: readonly (readonly [line: number, shift: number])[];
  /** From what esbuild printed to the source. */
  readonly map: string;
}

export type ToSession =
  | { readonly type: "execute"; readonly id: number; readonly cell: CompiledCell }
  | { readonly type: "complete"; readonly id: number; readonly code: string; readonly cursor: number }
  | { readonly type: "inspect"; readonly id: number; readonly code: string; readonly cursor: number }
  | { readonly type: "interrupt"; readonly count: number }
  | { readonly type: "close" };

/** One output of a cell, in the order in which it was made. */
export type CellOutput =
  | { readonly type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | {
      readonly type: "display";
      readonly data: OutputBundle;
      readonly metadata: OutputBundle;
      readonly displayId: string | null;
      readonly isUpdate: boolean;
    }
  | { readonly type: "result"; readonly data: OutputBundle; readonly metadata: OutputBundle }
  | CellFailure;

/** How a cell failed, for people: `traceback` may hold ANSI colours. */
export interface CellFailure {
  readonly type: "error";
  readonly name: string;
  readonly message: string;
  readonly traceback: readonly string[];
  /** Line of the cell from which the error came, from 1; null where it is not known. */
  readonly line: number | null;
}

export type FromSession =
  | { readonly type: "ready" }
  | { readonly type: "output"; readonly id: number; readonly output: CellOutput }
  | { readonly type: "ended"; readonly id: number; readonly isOk: boolean }
  | { readonly type: "answer"; readonly id: number; readonly value: unknown };

export interface Completion {
  readonly matches: readonly string[];
  /** The part of the code that a match replaces. */
  readonly start: number;
  readonly end: number;
}
