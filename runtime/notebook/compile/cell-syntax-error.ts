import type { BuildFailure } from "esbuild";
import { sourceFrame } from "./source-frame.ts";

interface SyntaxPlace {
  readonly source: string;
  readonly count: number;
  /** From 1. */
  readonly line: number;
  /** From 0. */
  readonly column: number;
}

/** A cell that is no TypeScript: what is wrong and where, as the cell's traceback shows it. */
export class CellSyntaxError extends Error {
  /** From 1. */
  readonly line: number;
  /** True where more lines could still make it right. */
  readonly isAtEnd: boolean;
  /** Under the message: the place, and the line of source with a caret. */
  readonly frame: readonly string[];

  constructor(message: string, { source, count, line, column }: SyntaxPlace) {
    super(message);
    this.name = "SyntaxError";
    this.line = line;
    this.isAtEnd = /end of file|Unterminated (template|string)|"\*\/"/.test(message);
    this.frame = [`cell ${count}, line ${line}`, ...sourceFrame(source, { line, column })];
  }
}

/** What esbuild found first: the rest mostly follows from it. */
export function fromBuildFailure(failure: BuildFailure, cell: { source: string; count: number }): CellSyntaxError {
  const [first] = failure.errors;
  const { line = 1, column = 0 } = first?.location ?? {};
  return new CellSyntaxError(first?.text ?? failure.message, { ...cell, line, column });
}
