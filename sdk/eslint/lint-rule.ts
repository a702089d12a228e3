/** A rule, as far as ESLint has to know it. */
export interface LintRule {
  /** What it is about. */
  readonly meta: {
    readonly type: "problem";
    readonly docs: { readonly description: string };
    readonly schema: object[];
  };
  /** Called for each file; gives what to do at nodes of its syntax tree. */
  create(context: never): Record<string, (node: never) => void>;
}

/** What ESLint tells a rule of a file. */
export interface LintContext {
  /** Path of the file. */
  readonly filename: string;
  /** Folder in which ESLint runs. */
  readonly cwd: string;
  /** The file itself; `parserServices` is what typescript-eslint adds. */
  readonly sourceCode: { readonly text: string; readonly parserServices?: { readonly program?: unknown } };
  /** Adds a finding. */
  report(problem: LintProblem): void;
}

/** A finding of a rule. */
export interface LintProblem {
  /** What is wrong, with the fix. */
  readonly message: string;
  /** Where it begins and ends; lines from 1, columns from 0. */
  readonly loc: {
    readonly start: { readonly line: number; readonly column: number };
    readonly end: { readonly line: number; readonly column: number };
  };
}
