import type { ComponentChildren, JSX } from "preact";
import type { Loaded } from "../state/use-load.ts";
import { Problem } from "./problem.tsx";

interface AnsweredProps<Answer> {
  readonly loaded: Loaded<Answer>;
  readonly children: (answer: Answer) => ComponentChildren;
}

/** What was loaded, or why it was not, or that it is on its way. */
export function Answered<Answer>({ loaded, children }: AnsweredProps<Answer>): JSX.Element {
  const { answer, problem } = loaded;
  return (
    <>
      {problem !== null && <Problem problem={problem} />}
      {answer !== null && children(answer)}
      {answer === null && problem === null && (
        <p class="quiet waiting" role="status">
          Loading …
        </p>
      )}
    </>
  );
}
