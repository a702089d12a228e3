import type { JSX } from "preact";
import { visible, visibleLine } from "../../../../sdk/base/visible.ts";
import { durationText, localTimeText } from "../../../text/duration-text.ts";
import { waitsText } from "../../../text/waits-text.ts";
import type { StepAnswer, StepTaskCounts } from "../../api/shapes.ts";
import { Link } from "../parts/link.tsx";
import { Failures } from "./failures.tsx";
import { useSite } from "../state/use-site.ts";
import type { RunAddress } from "../source/source.ts";
import { countSteps } from "./count-steps.ts";
import type { RunViewProps } from "./run-view-props.ts";
import { StepBar } from "./step-bar.tsx";

const COLUMNS = ["pending", "running", "done", "failed", "caught", "reused"] as const;
type Column = (typeof COLUMNS)[number] | "stopped";

/** Where a run stands: its failures first, then a line for each step, however many tasks it has. */
export function StepsView({ name, answer, columns }: RunViewProps): JSX.Element {
  const counts = countSteps(answer.steps, columns);
  const hasStopped = [...counts.values()].some((one) => stoppedOf(one) > 0);
  const shown: readonly Column[] = hasStopped ? [...COLUMNS, "stopped"] : COLUMNS;
  return (
    <>
      <Failures name={name} answer={answer} />
      <div class="wide" tabIndex={0} role="region" aria-label="Steps">
        <table class="steps">
          <caption class="unseen">The steps of the run and how their tasks stand</caption>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col" class="bar-column">
                <span class="unseen">Progress</span>
              </th>
              {shown.map((column) => (
                <th scope="col" key={column} class="number">
                  {column}
                </th>
              ))}
              <th scope="col" class="number">
                median
              </th>
              <th scope="col" class="number">
                p95
              </th>
              <th scope="col">ends about</th>
            </tr>
          </thead>
          <tbody>
            {answer.steps.map((step) => (
              <StepLine
                key={step.name}
                name={name}
                step={step}
                counts={counts.get(step.name) ?? step.counts}
                columns={shown}
              />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

interface StepLineProps {
  readonly name: RunAddress;
  readonly step: StepAnswer;
  readonly counts: StepTaskCounts;
  readonly columns: readonly Column[];
}

/** Ended by the end of the run, not by a fault of their own. */
function stoppedOf({ cancelled, stale }: StepTaskCounts): number {
  return cancelled + stale;
}

function StepLine({ name, step, counts, columns }: StepLineProps): JSX.Element {
  const { doc, medianMs, p95Ms } = step;
  const waits = counts.pending > 0 ? waitsText(step.waitsFor, counts) : "";
  return (
    <tr>
      <th scope="row">
        <Link to={["runs", name.flow, name.run]} query={{ view: "tasks", step: step.name }}>
          {visibleLine(step.name)}
        </Link>
        {doc !== null && doc !== "" && <span class="doc">{visible(doc)}</span>}
        {waits !== "" && <span class="doc">{visibleLine(waits)}</span>}
      </th>
      <td class="bar-column">
        <StepBar counts={counts} />
      </td>
      {columns.map((column) => {
        const number = column === "stopped" ? stoppedOf(counts) : counts[column];
        return (
          <td key={column} class={`number ${number === 0 ? "zero" : `count-${column}`}`}>
            {number.toLocaleString("en")}
          </td>
        );
      })}
      <td class="number">{medianMs === null ? "" : durationText(medianMs)}</td>
      <td class="number">{p95Ms === null ? "" : durationText(p95Ms)}</td>
      <td>
        <ProjectedEnd step={step} />
      </td>
    </tr>
  );
}

function ProjectedEnd({ step: { projectedEnd } }: { step: StepAnswer }): JSX.Element | null {
  const { now } = useSite();
  if (projectedEnd === null) return null;
  const leftMs = projectedEnd - now.value;
  return (
    <time dateTime={new Date(projectedEnd).toISOString()} title={localTimeText(projectedEnd)}>
      {leftMs > 0 ? `in ${durationText(Math.ceil(leftMs / 1000) * 1000)}` : "any moment"}
    </time>
  );
}
