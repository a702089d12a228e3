import type { JSX } from "preact";
import { visible, visibleLine } from "../../../../sdk/base/visible.ts";
import type { RunAnswer } from "../../api/shapes.ts";
import { Link } from "../parts/link.tsx";
import type { RunAddress } from "../source/source.ts";

const SHOWN = 5;

type Failure = RunAnswer["failures"][number];

/** What failed and why, before everything else; a click leads to the task. */
export function Failures({ name, answer }: { name: RunAddress; answer: RunAnswer }): JSX.Element | null {
  const { failures } = answer;
  if (failures.length === 0) return null;
  const more = failures.slice(SHOWN);
  const lines = (some: readonly Failure[]): JSX.Element => (
    <ul>
      {some.map((failure) => (
        <FailureLine key={failure.task.task} name={name} failure={failure} />
      ))}
    </ul>
  );
  return (
    <section class="failures" aria-label="Failures">
      <h2>What failed</h2>
      {lines(failures.slice(0, SHOWN))}
      {more.length > 0 && (
        <details>
          <summary>{more.length} more</summary>
          {lines(more)}
        </details>
      )}
      {answer.tasks.failed > 1 && (
        <p>
          <Link to={["runs", name.flow, name.run]} query={{ view: "tasks", status: "failed" }}>
            All {answer.tasks.failed.toLocaleString("en")} failed tasks
          </Link>
        </p>
      )}
    </section>
  );
}

function FailureLine({ name, failure: { task, count } }: { name: RunAddress; failure: Failure }): JSX.Element {
  return (
    <li>
      <Link to={["runs", name.flow, name.run, task.step, String(task.task)]} class="failure">
        <span class="mono">
          {visibleLine(task.step)}/{task.task} {visibleLine(task.label)}
        </span>
        <span class="reason">{visible(task.error ?? "It failed without an error")}</span>
      </Link>
      {count > 1 && <span class="quiet"> and {(count - 1).toLocaleString("en")} more like it</span>}
    </li>
  );
}
