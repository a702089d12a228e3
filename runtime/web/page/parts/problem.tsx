import { Component, type ComponentChildren, type JSX } from "preact";
import { visible } from "../../../../sdk/base/visible.ts";
import { type PageProblem, problemOf } from "../source/page-problem.ts";

/** Why something is not there, where it would be. */
export function Problem({ problem }: { problem: PageProblem }): JSX.Element {
  return (
    <div class="problem" role="alert">
      <p>{visible(problem.message)}</p>
      {problem.hint !== null && <p class="hint">{visible(problem.hint)}</p>}
      {problem.code !== "" && <p class="quiet">{problem.code}</p>}
    </div>
  );
}

interface Guarded {
  readonly children?: ComponentChildren;
}

/** Keeps a fault in one part of the page from taking the rest with it. */
export class Guard extends Component<Guarded, { problem: PageProblem | null }> {
  override state: { problem: PageProblem | null } = { problem: null };

  static override getDerivedStateFromError(error: unknown): { problem: PageProblem } {
    return { problem: problemOf(error) };
  }

  override render({ children }: Guarded, { problem }: { problem: PageProblem | null }): ComponentChildren {
    return problem === null ? children : <Problem problem={problem} />;
  }
}
