import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import { durationText } from "../../../text/duration-text.ts";
import { sizeText } from "../../../text/size-text.ts";
import type { AttemptAnswer, TaskAnswer } from "../../api/shapes.ts";
import { Link } from "../parts/link.tsx";
import { Duration, Moment } from "../parts/moment.tsx";
import { StatusMark } from "../parts/status-mark.tsx";
import type { RunAddress } from "../source/source.ts";

interface AttemptTableProps {
  readonly name: RunAddress;
  readonly answer: TaskAnswer;
  readonly shown: AttemptAnswer | undefined;
}

const HEADS = ["Attempt", "Status", "Started", "Took", "Processor time", "Most memory", "Error"];

/** Every attempt of a task; a click shows it in the rest of the page. */
export function AttemptTable({ name, answer, shown }: AttemptTableProps): JSX.Element {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Attempts">
      <table>
        <thead>
          <tr>
            {HEADS.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.attempts.map((attempt) => (
            <tr key={attempt.attempt}>
              <th scope="row">
                <Link
                  to={["runs", name.flow, name.run, answer.step, String(answer.task)]}
                  query={{ attempt: String(attempt.attempt) }}
                  isCurrent={attempt === shown}
                >
                  {attempt.attempt + 1}
                  {attempt === shown ? " (shown)" : ""}
                </Link>
              </th>
              <td>
                <StatusMark status={attempt.status} />
              </td>
              <td>
                <Moment at={attempt.startedAt} />
              </td>
              <td>
                {(attempt.finishedAt !== null || attempt.status === "running") && (
                  <Duration from={attempt.startedAt} to={attempt.finishedAt} />
                )}
              </td>
              <td class="number">{attempt.cpuMs === null ? "" : durationText(attempt.cpuMs)}</td>
              <td class="number">{attempt.peakMemory === null ? "" : sizeText(attempt.peakMemory)}</td>
              <td>
                {attempt.error === null
                  ? ""
                  : visibleLine(`${attempt.error.name}: ${attempt.error.message}`).slice(0, 120)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
