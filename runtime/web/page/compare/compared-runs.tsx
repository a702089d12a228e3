import type { JSX } from "preact";
import { visible, visibleLine } from "../../../../sdk/base/visible.ts";
import { durationText } from "../../../text/duration-text.ts";
import type { CompareAnswer } from "../../api/shapes.ts";
import { DiffText } from "../parts/diff-text.tsx";
import { Link } from "../parts/link.tsx";
import { Duration, Moment } from "../parts/moment.tsx";
import { Section } from "../parts/section.tsx";
import { StatusMark } from "../parts/status-mark.tsx";
import { useSite } from "../state/use-site.ts";
import { ComparedCards } from "./compared-cards.tsx";
import { ComparedTable } from "./compared-table.tsx";
import { NumberPlots } from "./number-plots.tsx";

interface ComparedRunsProps {
  readonly answer: CompareAnswer;
  readonly names: readonly string[];
}

export function ComparedRuns({ answer, names }: ComparedRunsProps): JSX.Element {
  const { parameters, metrics, artifacts, steps, code, runs } = answer;
  const numeric = artifacts.filter(({ numbers }) => numbers.some((one) => one !== null));
  const numbers = [...metrics, ...numeric.map(({ name, numbers: values }) => ({ name: `${name} (artifact)`, values }))];
  return (
    <>
      <RunColumns answer={answer} names={names} />
      <Section title="Parameters">
        <ComparedTable
          runs={runs}
          rows={parameters.map(({ name, values }) => ({ name, cells: values.map((value) => value ?? null) }))}
          empty="The flows have no parameters."
        />
      </Section>
      <Section title="Metrics and numbers">
        <NumberPlots runs={runs} numbers={numbers} />
        <ComparedTable
          runs={runs}
          rows={numbers.map(({ name, values }) => ({
            name,
            cells: values.map((value) => (value === null ? null : numberText(value))),
          }))}
          empty="No metrics were logged, and the last task left no numbers."
          isNumeric
        />
      </Section>
      <Section title="Artifacts at the end">
        <ComparedTable
          runs={runs}
          rows={artifacts.map(({ name, hashes, texts }) => ({
            name,
            cells: texts.map((text, at) => (hashes[at] == null ? null : (text ?? ""))),
            marks: hashes.map((hash) => hash ?? ""),
          }))}
          empty="None of them has reached its end."
        />
      </Section>
      <Section title="Durations">
        <ComparedTable
          runs={runs}
          rows={steps.map(({ name, tookMs }) => ({
            name,
            cells: tookMs.map((ms) => (ms === null ? null : durationText(ms))),
          }))}
          empty="No step has run."
          isNumeric
        />
      </Section>
      <Section title="Cards at the end">
        <ComparedCards runs={runs} />
      </Section>
      {code !== null && (
        <Section title="Code">
          {code === "" ? <p class="quiet">The code is the same.</p> : <DiffText text={code} label="code" />}
        </Section>
      )}
    </>
  );
}

function RunColumns({ answer, names }: ComparedRunsProps): JSX.Element {
  const { addresses } = useSite();
  return (
    <ul class="compared">
      {answer.runs.map((run) => (
        <li key={`${run.flow}/${run.id}`}>
          <div>
            {visibleLine(run.flow)} <StatusMark status={run.status} />
          </div>
          <Link to={["runs", run.flow, run.id]} class="mono">
            {visibleLine(run.id)}
          </Link>
          <div class="quiet">
            <Moment at={run.startedAt} />
            {run.finishedAt !== null && (
              <>
                , took <Duration from={run.startedAt} to={run.finishedAt} />
              </>
            )}
          </div>
          {run.tags.length > 0 && (
            <div class="tags">
              {run.tags.map((tag) => (
                <span key={tag} class="tag">
                  {visible(tag)}
                </span>
              ))}
            </div>
          )}
          {names.length > 2 && (
            <button
              type="button"
              aria-label={`Leave out ${visibleLine(run.id)}`}
              onClick={() =>
                addresses.go(addresses.with({ run: names.filter((name) => name !== `${run.flow}/${run.id}`) }))
              }
            >
              Leave out
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}
