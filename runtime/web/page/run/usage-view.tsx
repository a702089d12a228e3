import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import { durationText } from "../../../text/duration-text.ts";
import type { UsageAnswer, UsageRow } from "../../api/shapes.ts";
import { Answered } from "../parts/answered.tsx";
import { SeriesPlot } from "../parts/series-plot.tsx";
import { useLoad } from "../state/use-load.ts";
import { useSite } from "../state/use-site.ts";
import type { RunViewProps } from "./run-view-props.ts";
import { UsedBar } from "./used-bar.tsx";

/** What steps asked for beside what their attempts used, and what to ask for. */
export function UsageView({ name, answer }: RunViewProps): JSX.Element {
  const { source } = useSite();
  const { succeeded, failed } = answer.tasks;
  // While the run goes on, more is known with each task that ends.
  const loaded = useLoad([name.flow, name.run, succeeded, failed].join("/"), () =>
    source.below<UsageAnswer>(name, ["usage"]),
  );
  return (
    <Answered loaded={loaded}>
      {({ steps, jobs }) =>
        steps.length === 0 ? (
          <p class="empty">No task has ended.</p>
        ) : (
          <>
            <Shown steps={steps} />
            <Jobs jobs={jobs} />
          </>
        )
      }
    </Answered>
  );
}

function Shown({ steps }: { steps: readonly UsageRow[] }): JSX.Element {
  const advised = steps.filter(({ advice }) => advice !== null);
  return (
    <>
      <div class="wide" tabIndex={0} role="region" aria-label="Usage by step">
        <table class="usage">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col" class="number">
                attempts
              </th>
              <th scope="col" class="number">
                took (median)
              </th>
              <th scope="col" class="number">
                waited
              </th>
              <th scope="col">processors</th>
              <th scope="col">memory</th>
              <th scope="col" class="number">
                left unused
              </th>
            </tr>
          </thead>
          <tbody>
            {steps.map((usage) => (
              <StepUsed key={usage.step} usage={usage} />
            ))}
          </tbody>
        </table>
      </div>
      <p class="quiet">
        Each bar goes from the least that an attempt used to the most; the box in it from what half of them stay below
        to what 95 % do. The line is what the step asked for.
      </p>
      {advised.length > 0 && (
        <section>
          <h2>What to ask for</h2>
          <dl class="advice">
            {advised.map(({ step, advice }) => (
              <div key={step}>
                <dt class="mono">{visibleLine(step)}</dt>
                <dd>
                  <code>{visibleLine(advice?.decorator ?? "")}</code>{" "}
                  <span class="quiet">{visibleLine(advice?.evidence ?? "")}</span>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </>
  );
}

function Jobs({ jobs: { atMs, jobs } }: Pick<UsageAnswer, "jobs">): JSX.Element {
  const series = [{ name: "tasks", steps: atMs.map((ms) => ms / 1000), values: jobs, times: [] }];
  return (
    <section>
      <h2>Tasks at once</h2>
      <SeriesPlot title="how many tasks ran at the same time" by="seconds" series={series} isStepped />
    </section>
  );
}

function StepUsed({ usage }: { usage: UsageRow }): JSX.Element {
  const { step, attempts, silent, wallMs, waitingMs, cores, memoryMb, asked, wasted } = usage;
  const unused = [
    ...(wasted.cpuHours === null ? [] : [`${hoursText(wasted.cpuHours)} CPU h`]),
    ...(wasted.memoryGbHours === null ? [] : [`${hoursText(wasted.memoryGbHours)} GB h`]),
  ];
  return (
    <tr>
      <th scope="row" class="mono">
        {visibleLine(step)}
      </th>
      <td class="number">
        {attempts}
        {silent > 0 && <span class="quiet"> ({silent} died)</span>}
      </td>
      <td class="number">{durationText(wallMs.median)}</td>
      <td class="number">{waitingMs === null ? "" : durationText(waitingMs.median)}</td>
      <td>
        <UsedBar spread={cores} asked={asked.cpu} text={(value) => value.toFixed(1)} />
      </td>
      <td>
        <UsedBar spread={memoryMb} asked={asked.memoryMb} text={(value) => `${Math.ceil(value)} MB`} />
      </td>
      <td class="number">{unused.join(", ")}</td>
    </tr>
  );
}

function hoursText(hours: number): string {
  return hours < 0.01 ? "< 0.01" : hours < 10 ? hours.toFixed(2) : String(Math.round(hours));
}
