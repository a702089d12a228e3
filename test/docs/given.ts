/** What the examples of a page may use without saying where it comes from; the names that the package exports need no mention. */
export const GIVEN: Readonly<Record<string, string>> = {
  "docs/flows.md": `
    import type { SelectFlow } from "./select.ts";
    declare function trainOnce(): void;
  `,
  "docs/notebooks.md": `
    declare function display(value: unknown, options?: { display_id?: string; update?: boolean }): void;
  `,
  "docs/testing.md": `
    import { TuneFlow } from "./tune.ts";
  `,
  "docs/kernels.md": `
    const matrix: number[][] = [[1, 2], [3, 4]];
    const [a, b, u0, q] = [matrix, matrix, matrix, matrix];
    const n = 2;
    declare const matmul: (a: number[][], b: number[][], n: number) => Promise<Grid>;
    const sweep = kernel(function (u: number[][], q: number[][]) {
      return u[this.thread.y]![this.thread.x]! + q[this.thread.y]![this.thread.x]!;
    }, { output: [2, 2] });
  `,
};

/** Files beside the examples of a page, as they import them. */
export const FILES_GIVEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "docs/notebooks.md": {
    "src/train.ts": `
      export function train(options: { epochs: number }): Promise<{ summary(): string }> {
        return Promise.resolve({ summary: () => String(options.epochs) });
      }
    `,
  },
};

/** The flow to which a member alone, as \`@step start() {…}\`, belongs. */
export const FLOW_GIVEN = `
  class GivenFlow extends FlowSpec {
    model!: { name: string; score: number };
    train(item?: never): void { void item; }
    end(): void {}
  }
`;
